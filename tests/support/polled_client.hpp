// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client of a real socket, on the system's clock, whose reads and writes the test decides: its inside is compiled
// once, in polled_client.cpp. See instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>

#include "support/scripted_stream.hpp"

namespace uplink::tests {

using polled_client = async_client<scripted_stream<net::ip::tcp::socket>>;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

using polled_core = client_core<tests::scripted_stream<net::ip::tcp::socket>, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, polled_core);

}  // namespace uplink::detail
