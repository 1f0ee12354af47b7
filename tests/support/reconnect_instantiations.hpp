// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the reconnecting client, of a real socket and on the simulated network, compiled once in
// reconnect_instantiations.cpp. See instantiations.hpp.
#pragma once

#include <uplink/reconnecting_client.hpp>
#include <uplink/testing/socket.hpp>

#include "support/instantiations.hpp"

/// `PREFIX` is extern, or nothing, and `CORE` names the reconnecting client's core.
#define UPLINK_TESTS_RECONNECTING_INSIDE(PREFIX, CORE)                                                       \
    PREFIX template class reconnect_core<CORE::client_type>;                                                 \
    PREFIX template class reconnect_driver<CORE>;                                                            \
    PREFIX template class session_preparation<CORE>;                                                         \
    PREFIX template class failure_judge<CORE::client_type>;                                                  \
    PREFIX template class connection_reading<CORE>;                                                          \
    PREFIX template class carried_admission<CORE>;                                                           \
    PREFIX template class carried_operation<CORE>;                                                           \
    PREFIX template class carried_receive<CORE>;                                                             \
    PREFIX template class carried_receives<CORE>;                                                            \
    PREFIX template class carried_send<CORE>;                                                                \
    PREFIX template class carried_sends<CORE>;                                                               \
    PREFIX template class send_returned<CORE>;                                                               \
    PREFIX template class carried_drain<CORE>;                                                               \
    PREFIX template class wait_connected_operation<CORE>;                                                    \
    PREFIX template class wait_change_operation<CORE>;                                                       \
    PREFIX template class stop_operation<CORE>;                                                              \
    PREFIX template class stop_list<CORE>;                                                                   \
    PREFIX template class state_waits<CORE>;                                                                 \
    PREFIX template class change_notice<CORE>;                                                               \
    PREFIX template class turn<CORE, CORE::timer_type, CORE::time_point>;                                    \
    PREFIX template class completion_queue<CORE>;                                                            \
    PREFIX template class deadline_queue<CORE, CORE::timer_type, CORE::time_point>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using usual_reconnect_core = reconnect_core<async_client<>>;
using simulated_reconnect_core = reconnect_core<async_client<testing::socket>>;

UPLINK_TESTS_RECONNECTING_INSIDE(extern, usual_reconnect_core);
UPLINK_TESTS_RECONNECTING_INSIDE(extern, simulated_reconnect_core);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

extern template class reconnecting_client<>;
extern template class reconnecting_client<async_client<testing::socket>>;

}  // namespace uplink
