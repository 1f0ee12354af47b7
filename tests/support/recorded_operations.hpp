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

#include <optional>
#include <string>
#include <utility>

/// `PREFIX` is extern, or nothing, `HANDLER` the type of the handler, and `CORE` names a client's core.
#define UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, ...)                                                     \
    PREFIX template class handler_operation<__VA_ARGS__, HANDLER, CORE::executor_type,                       \
                                            decltype(memory_for<__VA_ARGS__>(std::declval<CORE&>()))>
#define UPLINK_TESTS_RECORDED(PREFIX, CORE, ...)                                                             \
    UPLINK_TESTS_HANDLED(PREFIX, tests::recorder, CORE, __VA_ARGS__)

#define UPLINK_TESTS_HANDLED_OPERATIONS(PREFIX, HANDLER, CORE)                                               \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, connect_operation<CORE>);                                    \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, receive_until_end<CORE>);                                    \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, receive_framed<CORE, through_delimiter>);                    \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, receive_framed<CORE, fixed_size>);                           \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, receive_framed<CORE, whatever_is_there>);                    \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, send_operation<CORE, owned_bytes<std::string>>);             \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, send_operation<CORE, borrowed_bytes<viewed_string>>);        \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, half_close<CORE>);                                           \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, close_operation<CORE>);                                      \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, drain_operation<CORE>);                                      \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, exchange_operation<CORE, owned_bytes<std::string>>)

/// With what those operations have below the handler.
#define UPLINK_TESTS_RECORDED_OPERATIONS(PREFIX, CORE)                                                       \
    PREFIX template class receive_until_end<CORE>;                                                           \
    PREFIX template class receive_framed<CORE, through_delimiter>;                                           \
    PREFIX template class receive_framed<CORE, fixed_size>;                                                  \
    PREFIX template class receive_framed<CORE, whatever_is_there>;                                           \
    PREFIX template class send_operation<CORE, owned_bytes<std::string>>;                                    \
    PREFIX template class send_operation<CORE, borrowed_bytes<viewed_string>>;                               \
    PREFIX template class half_close<CORE>;                                                                  \
    UPLINK_TESTS_HANDLED_OPERATIONS(PREFIX, tests::recorder, CORE)

/// The same for the core of a reconnecting client, with its admission, which is called with `LIMIT`.
#define UPLINK_TESTS_CARRIED(PREFIX, HANDLER, CORE, ADMIT, LIMIT, ...)                                       \
    UPLINK_TESTS_HANDLED(PREFIX, HANDLER, CORE, __VA_ARGS__);                                                \
    PREFIX template void carried_admission<CORE>::ADMIT(                                                     \
        operation_ptr<                                                                                       \
            handler_operation<__VA_ARGS__, HANDLER, CORE::executor_type, net::recycling_allocator<void>>>&,  \
        const LIMIT&)
#define UPLINK_TESTS_CARRIED_OPERATIONS(PREFIX, HANDLER, CORE)                                               \
    UPLINK_TESTS_CARRIED(PREFIX, HANDLER, CORE, send, CORE::time_limit,                                      \
                         carried_send_of<CORE, carried_bytes<std::string>>);                                 \
    UPLINK_TESTS_CARRIED(PREFIX, HANDLER, CORE, drain, CORE::time_limit, carried_drain<CORE>);               \
    UPLINK_TESTS_CARRIED(PREFIX, HANDLER, CORE, receive, CORE::time_limit,                                   \
                         framed_receive<CORE, through_delimiter>);                                           \
    UPLINK_TESTS_CARRIED(PREFIX, HANDLER, CORE, receive, CORE::time_limit,                                   \
                         framed_receive<CORE, whatever_is_there>);                                           \
    UPLINK_TESTS_CARRIED(PREFIX, HANDLER, CORE, wait_connected, CORE::time_limit,                            \
                         wait_connected_operation<CORE>);                                                    \
    UPLINK_TESTS_CARRIED(PREFIX, HANDLER, CORE, stop, std::optional<CORE::time_limit>, stop_operation<CORE>)

/// What those operations have below the handler.
#define UPLINK_TESTS_CARRIED_PARTS(PREFIX, CORE)                                                             \
    PREFIX template class carried_send_of<CORE, carried_bytes<std::string>>;                                 \
    PREFIX template class framed_receive<CORE, through_delimiter>;                                           \
    PREFIX template class framed_receive<CORE, whatever_is_there>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using viewed_string = decltype(net::buffer(std::declval<const std::string&>()));

UPLINK_TESTS_RECORDED_OPERATIONS(extern, usual_core);
UPLINK_TESTS_RECORDED_OPERATIONS(extern, simulated_core);
UPLINK_TESTS_CARRIED_PARTS(extern, simulated_reconnect_core);
UPLINK_TESTS_CARRIED_OPERATIONS(extern, tests::recorder, simulated_reconnect_core);

}  // namespace uplink::detail
