// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The class templates that make up the inside of a client, for test files that declare or define their instantiations:
// `PREFIX` is extern, or nothing, and `CORE` names the client's core. It stands in namespace uplink::detail.
#pragma once

#include <uplink/async_client.hpp>

#define UPLINK_TESTS_CLIENT_INSIDE(PREFIX, CORE)                                                             \
    PREFIX template class client_core<CORE::stream_type, CORE::state_type>;                                  \
    PREFIX template class client_connections<CORE>;                                                          \
    PREFIX template class admission<CORE>;                                                                   \
    PREFIX template class connect_operation<CORE>;                                                           \
    PREFIX template class connection<CORE>;                                                                  \
    PREFIX template class sender<connection<CORE>>;                                                          \
    PREFIX template class writer<connection<CORE>>;                                                          \
    PREFIX template class receiver<connection<CORE>>;                                                        \
    PREFIX template class reader<connection<CORE>>;                                                          \
    PREFIX template class read_room<CORE>;                                                                   \
    PREFIX template class turn<CORE, CORE::timer_type, CORE::time_point>;                                    \
    PREFIX template class completion_queue<CORE>;                                                            \
    PREFIX template class deadline_queue<CORE, CORE::timer_type, CORE::time_point>
