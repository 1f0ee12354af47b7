// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receives of messages that most tests use, and exchanges of bytes that the caller keeps, compiled once in message_operations.cpp. See recorded_operations.hpp.
#pragma once

#include "support/recorded_operations.hpp"

#include <uplink/framing.hpp>

#include <cstdint>

/// `PREFIX` is extern, or nothing, and `CORE` names a client's core.
#define UPLINK_TESTS_MESSAGE_OPERATIONS(PREFIX, CORE)                                                        \
    PREFIX template class receive_framed<CORE, delimited>;                                                   \
    PREFIX template class receive_framed<CORE, length_prefixed<std::uint16_t>>;                              \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_framed<CORE, delimited>);                                    \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_framed<CORE, length_prefixed<std::uint16_t>>);               \
    PREFIX template class exchange_operation<CORE, borrowed_bytes<viewed_string>>;                           \
    PREFIX template void admission<CORE>::exchange(                                                          \
        operation_ptr<exchange_operation<CORE, borrowed_bytes<viewed_string>>>&, const CORE::time_limit&);   \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, exchange_operation<CORE, borrowed_bytes<viewed_string>>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_MESSAGE_OPERATIONS(extern, usual_core);
UPLINK_TESTS_MESSAGE_OPERATIONS(extern, simulated_core);

}  // namespace uplink::detail
