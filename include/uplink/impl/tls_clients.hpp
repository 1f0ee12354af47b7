// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// With UPLINK_SEPARATE_COMPILATION: the clients over TLS that most programs use are compiled once, in the
// file that includes <uplink/impl/tls_src.hpp>. These are tls_client and the one inside an async_exchange
// over TLS.
#pragma once

#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/detail/client/exchange_once_steps.hpp>
#include <uplink/detail/support/string_state.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>
#include <uplink/tls_stream.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using usual_tls_stream = tls_stream<net::ip::tcp::socket>;
using usual_tls_core = client_core<usual_tls_stream, received_bytes>;
using usual_tls_once_core = client_core<usual_tls_stream, string_state>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, usual_tls_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, usual_tls_once_core);
extern template class exchange_once_steps<usual_tls_once_core>;
extern template class tls_channel<net::ip::tcp::socket>;
extern template class ciphertext_writer<tls_channel<net::ip::tcp::socket>>;

}  // namespace uplink::detail
