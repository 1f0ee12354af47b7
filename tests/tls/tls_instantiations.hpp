// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the clients over TLS of a simulated socket, compiled once in tls_instantiations.cpp. That of a real socket
// is the library's own affair, as in support/instantiations.hpp.
#pragma once

#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/tls.hpp>

#include "support/instantiations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

using simulated_tls_core = client_core<tls_stream<testing::socket>, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, simulated_tls_core);
extern template class tls_channel<testing::socket>;
extern template class ciphertext_writer<tls_channel<testing::socket>>;

}  // namespace uplink::detail
