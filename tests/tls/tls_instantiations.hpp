// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the clients over TLS that these tests use, of a simulated socket and of a real one, compiled once in
// tls_instantiations.cpp. See support/instantiations.hpp.
#pragma once

#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/tls_stream.hpp>

#include "support/instantiations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

using tested_tls_core = client_core<tls_stream<net::ip::tcp::socket>, received_bytes>;
using simulated_tls_core = client_core<tls_stream<testing::socket>, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, tested_tls_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, simulated_tls_core);
extern template class tls_channel<net::ip::tcp::socket>;
extern template class tls_channel<testing::socket>;
extern template class ciphertext_writer<tls_channel<net::ip::tcp::socket>>;
extern template class ciphertext_writer<tls_channel<testing::socket>>;

}  // namespace uplink::detail
