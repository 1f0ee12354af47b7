// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The usual operations of the clients that most tests use, with the handler that most tests give them, compiled once in
// recorded_operations.cpp. See instantiations.hpp.
#pragma once

#include "support/completion.hpp"
#include "support/instantiations.hpp"
#include "support/reconnect_instantiations.hpp"

#include <uplink/detail/client/compiled_clients.hpp>
#include <uplink/framing.hpp>

#include <string>
#include <utility>

#define UPLINK_TESTS_RECORDED(PREFIX, CORE, ...)                                                             \
    PREFIX template class handler_operation<__VA_ARGS__, tests::recorder, CORE::executor_type,               \
                                            decltype(memory_for<__VA_ARGS__>(std::declval<CORE&>()))>

/// `PREFIX` is extern, or nothing, and `CORE` names a client's core.
#define UPLINK_TESTS_RECORDED_OPERATIONS(PREFIX, CORE)                                                       \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, connect_operation<CORE>);                                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_until_end<CORE>);                                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_framed<CORE, through_delimiter>);                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_framed<CORE, fixed_size>);                                   \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_framed<CORE, whatever_is_there>);                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, send_operation<CORE, owned_bytes<std::string>>);                     \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, send_operation<CORE, borrowed_bytes<viewed_string>>);                \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, half_close<CORE>);                                                   \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, close_operation<CORE>);                                              \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, drain_operation<CORE>);                                              \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, exchange_operation<CORE, owned_bytes<std::string>>)

/// The same for the core of a reconnecting client.
#define UPLINK_TESTS_CARRIED_OPERATIONS(PREFIX, CORE)                                                        \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, carried_send_of<CORE, carried_bytes<std::string>>);                  \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, framed_receive<CORE, through_delimiter>);                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, framed_receive<CORE, whatever_is_there>);                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, wait_connected_operation<CORE>);                                     \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, stop_operation<CORE>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using viewed_string = decltype(net::buffer(std::declval<const std::string&>()));

UPLINK_TESTS_RECORDED_OPERATIONS(extern, usual_core);
UPLINK_TESTS_RECORDED_OPERATIONS(extern, simulated_core);
UPLINK_TESTS_CARRIED_OPERATIONS(extern, simulated_reconnect_core);

}  // namespace uplink::detail
