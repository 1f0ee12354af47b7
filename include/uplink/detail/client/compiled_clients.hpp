// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// With UPLINK_SEPARATE_COMPILATION: the clients that most programs use are compiled once, in the file that
// includes <uplink/impl/src.hpp>. These are async_client<> and the one inside a free async_exchange.
#pragma once

#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/detail/client/exchange_once_steps.hpp>
#include <uplink/detail/support/string_state.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using usual_core = client_core<net::ip::tcp::socket, received_bytes>;
using usual_once_core = client_core<net::ip::tcp::socket, string_state>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, usual_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, usual_once_core);
extern template class exchange_once_steps<usual_once_core>;

}  // namespace uplink::detail
