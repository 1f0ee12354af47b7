// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The operations of async_client<> whose handler is bound to a tracking_executor, compiled once in
// bound_operations.cpp. See recorded_operations.hpp.
#pragma once

#include "support/recorded_operations.hpp"
#include "support/tracking.hpp"

#include <string>
#include <utility>

namespace uplink::tests {

using bound_noting = net::executor_binder<noting, tracking_executor>;

}  // namespace uplink::tests

#define UPLINK_TESTS_BOUND(PREFIX, ...)                                                                      \
    PREFIX template class handler_operation<__VA_ARGS__, tests::bound_noting, usual_core::executor_type,     \
                                            decltype(memory_for<__VA_ARGS__>(std::declval<usual_core&>()))>

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_BOUND_OPERATIONS(PREFIX)                                                                \
    UPLINK_TESTS_BOUND(PREFIX, connect_operation<usual_core>);                                               \
    UPLINK_TESTS_BOUND(PREFIX, receive_until_end<usual_core>);                                               \
    UPLINK_TESTS_BOUND(PREFIX, receive_framed<usual_core, through_delimiter>);                               \
    UPLINK_TESTS_BOUND(PREFIX, receive_framed<usual_core, whatever_is_there>);                               \
    UPLINK_TESTS_BOUND(PREFIX, send_operation<usual_core, owned_bytes<std::string>>);                        \
    UPLINK_TESTS_BOUND(PREFIX, half_close<usual_core>);                                                      \
    UPLINK_TESTS_BOUND(PREFIX, close_operation<usual_core>);                                                 \
    UPLINK_TESTS_BOUND(PREFIX, drain_operation<usual_core>);                                                 \
    UPLINK_TESTS_BOUND(PREFIX, exchange_operation<usual_core, owned_bytes<std::string>>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_BOUND_OPERATIONS(extern);

}  // namespace uplink::detail
