// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reconnecting clients of real sockets, TCP and local, with the handler that most tests give their operations: compiled
// once, in real_reconnect.cpp. See instantiations.hpp.
#pragma once

#include <uplink/reconnecting_client.hpp>

#include "support/local_clients.hpp"
#include "support/reconnect_instantiations.hpp"
#include "support/recorded_operations.hpp"

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_REAL_RECONNECTS(PREFIX)                                                                 \
    UPLINK_TESTS_RECONNECTING_INSIDE(PREFIX, local_reconnect_core);                                          \
    UPLINK_TESTS_CARRIED_PARTS(PREFIX, local_reconnect_core);                                                \
    UPLINK_TESTS_CARRIED_PARTS(PREFIX, usual_reconnect_core);                                                \
    UPLINK_TESTS_CARRIED_OPERATIONS(PREFIX, tests::recorder, local_reconnect_core);                          \
    UPLINK_TESTS_CARRIED_OPERATIONS(PREFIX, tests::recorder, usual_reconnect_core);                          \
    PREFIX template class carried_send_of<usual_reconnect_core, callers_bytes<viewed_array>>;                \
    UPLINK_TESTS_CARRIED(PREFIX, tests::recorder, usual_reconnect_core, send,                                \
                         usual_reconnect_core::time_limit,                                                   \
                         carried_send_of<usual_reconnect_core, callers_bytes<viewed_array>>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using local_reconnect_core = reconnect_core<local_client>;
using viewed_array = decltype(net::buffer("x", 1));

UPLINK_TESTS_REAL_RECONNECTS(extern);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

extern template class reconnecting_client<local_client>;

}  // namespace uplink
