// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client over a faulty stream on the simulated network: its inside is compiled once, in faulty_client.cpp. See
// instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/socket.hpp>

namespace uplink::tests {

using faulty_client = async_client<testing::faulty_stream<testing::socket>>;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

using faulty_core = client_core<testing::faulty_stream<testing::socket>, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, faulty_core);

}  // namespace uplink::detail
