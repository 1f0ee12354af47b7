// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Clients that keep no received bytes, of a real socket and on the simulated network: one discards them, one hands them
// to a function of the test, which may refuse them. Their inside is compiled once, in state_clients.cpp. See
// instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/received_bytes.hpp>
#include <uplink/testing/socket.hpp>

#include "support/recorded_operations.hpp"

#include <functional>
#include <string_view>

namespace uplink::tests {

using refusing_sink = sink_bytes<std::function<error_code(std::string_view)>>;

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing, and `CORE` names a client's core.
#define UPLINK_TESTS_STATE_CLIENT(PREFIX, CORE)                                                              \
    UPLINK_DETAIL_CLIENT_INSTANTIATIONS(PREFIX, CORE);                                                       \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, connect_operation<CORE>);                                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_until_end<CORE>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using discarding_core = client_core<net::ip::tcp::socket, discarded_bytes>;
using simulated_discarding_core = client_core<testing::socket, discarded_bytes>;
using refusing_core = client_core<net::ip::tcp::socket, tests::refusing_sink>;
using simulated_refusing_core = client_core<testing::socket, tests::refusing_sink>;

UPLINK_TESTS_STATE_CLIENT(extern, discarding_core);
UPLINK_TESTS_STATE_CLIENT(extern, simulated_discarding_core);
UPLINK_TESTS_STATE_CLIENT(extern, refusing_core);
UPLINK_TESTS_STATE_CLIENT(extern, simulated_refusing_core);

}  // namespace uplink::detail
