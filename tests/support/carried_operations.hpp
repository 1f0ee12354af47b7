// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One operation of each kind of a simulated reconnecting client, with the handlers that the tests of its handlers give
// them, compiled once in carried_operations.cpp. See recorded_operations.hpp.
#pragma once

#include "support/context_strand.hpp"
#include "support/owned_memory.hpp"
#include "support/recorded_operations.hpp"
#include "support/simulated_reconnect.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/bind_executor.hpp>
#else
#include <asio/bind_executor.hpp>
#endif

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace uplink::tests {

inline constexpr std::size_t carried_kinds = 8;

/// One operation of each kind; next(i) is the handler of the i-th.
template <class Handler>
void start_each(simulated_reconnect& client, const std::function<Handler(std::size_t)>& next);

using strand_recorder = net::executor_binder<recorder, context_strand>;

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_START_EACH(PREFIX, HANDLER)                                                             \
    PREFIX template void start_each(simulated_reconnect&, const std::function<HANDLER(std::size_t)>&)

#define UPLINK_TESTS_EACH_CARRIED(PREFIX)                                                                    \
    PREFIX template class carried_send_of<simulated_reconnect_core, callers_bytes<viewed_array>>;            \
    UPLINK_TESTS_CARRIED(PREFIX, tests::memory_owner, simulated_reconnect_core, send,                        \
                         simulated_reconnect_core::time_limit,                                               \
                         carried_send_of<simulated_reconnect_core, carried_bytes<std::string>>);             \
    UPLINK_TESTS_CARRIED(PREFIX, tests::memory_owner, simulated_reconnect_core, send,                        \
                         simulated_reconnect_core::time_limit,                                               \
                         carried_send_of<simulated_reconnect_core, callers_bytes<viewed_array>>);            \
    UPLINK_TESTS_HANDLED(PREFIX, tests::recorder, simulated_reconnect_core,                                  \
                         wait_change_operation<simulated_reconnect_core>);                                   \
    PREFIX template void carried_admission<simulated_reconnect_core>::wait_change(                           \
        operation_ptr<                                                                                       \
            handler_operation<wait_change_operation<simulated_reconnect_core>, tests::recorder,              \
                              simulated_reconnect_core::executor_type, net::recycling_allocator<void>>>&,    \
        std::uint64_t, const simulated_reconnect_core::time_limit&)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using viewed_array = decltype(net::buffer("y", 1));

UPLINK_TESTS_EACH_CARRIED(extern);

}  // namespace uplink::detail

namespace uplink::tests {

UPLINK_TESTS_START_EACH(extern, recorder);
UPLINK_TESTS_START_EACH(extern, memory_owner);
UPLINK_TESTS_START_EACH(extern, strand_recorder);

}  // namespace uplink::tests
