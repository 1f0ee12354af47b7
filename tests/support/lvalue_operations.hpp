// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A handler that shows whether it was copied or moved from, and the operations of async_client<> with it, compiled once in
// lvalue_operations.cpp. See recorded_operations.hpp.
#pragma once

#include "support/catch.hpp"
#include "support/recorded_operations.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace uplink::tests {

/// A move takes what it owns, so that a handler that was moved from shows.
struct owning_handler {
    std::shared_ptr<int> calls = std::make_shared<int>(0);

    template <class... Values> void operator()(Values&&...) const { ++*calls; }
};

/// Starts the same lvalue twice, and expects it to be whole afterwards and to be called twice.
template <class Start> void start_twice(const char* what, net::io_context& io, Start start) {
    INFO(what);
    owning_handler handler;
    const std::shared_ptr<int> calls = handler.calls;
    start(handler);
    CHECK(handler.calls == calls);
    start(std::as_const(handler));
    CHECK(handler.calls == calls);
    io.restart();
    io.run();
    CHECK(*calls == 2);
}

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_LVALUE_OPERATIONS(PREFIX)                                                               \
    UPLINK_TESTS_HANDLED_OPERATIONS(PREFIX, tests::owning_handler, usual_core);                              \
    PREFIX template class send_operation<usual_core, owned_bytes<std::vector<char>>>;                        \
    UPLINK_TESTS_HANDLED(PREFIX, tests::owning_handler, usual_core,                                          \
                         send_operation<usual_core, owned_bytes<std::vector<char>>>);                        \
    PREFIX template class receive_direct<usual_core, changed_array>;                                         \
    UPLINK_TESTS_HANDLED(PREFIX, tests::owning_handler, usual_core,                                          \
                         receive_direct<usual_core, changed_array>);                                         \
    PREFIX template class exchange_operation<usual_core, borrowed_bytes<viewed_string>>;                     \
    PREFIX template void admission<usual_core>::exchange(                                                    \
        operation_ptr<exchange_operation<usual_core, borrowed_bytes<viewed_string>>>&,                       \
        const usual_core::time_limit&);                                                                      \
    UPLINK_TESTS_HANDLED(PREFIX, tests::owning_handler, usual_core,                                          \
                         exchange_operation<usual_core, borrowed_bytes<viewed_string>>);                     \
    PREFIX template class exchange_once_operation<usual_once_core, net::io_context::executor_type,           \
                                                  tests::owning_handler>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using changed_array = decltype(net::buffer(std::declval<char*>(), 1));

UPLINK_TESTS_LVALUE_OPERATIONS(extern);

}  // namespace uplink::detail
