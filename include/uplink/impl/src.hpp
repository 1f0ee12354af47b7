// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For programs of several files: usually each file that uses a client compiles the client's inside again. To
// compile it once, define UPLINK_SEPARATE_COMPILATION in all files of the program, and include this header in
// exactly one of them; without that the program does not link. What is compiled once is async_client<>, the
// client inside the free async_exchange, and what is no template. Clients over other streams or with other
// states are compiled where they are used, as ever. If UPLINK_SEPARATE_COMPILATION is not defined, this
// header has no effect.
#pragma once

#include <uplink/async_client.hpp>

#if defined(UPLINK_SEPARATE_COMPILATION)

#include <uplink/detail/client/compiled_clients.hpp>
#include <uplink/detail/client/impl/exchange_once.ipp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, usual_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, usual_once_core);
template class exchange_once_steps<usual_once_core>;

}  // namespace uplink::detail

#endif
