// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/carried_operations.hpp"

#include <chrono>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_EACH_CARRIED();

}  // namespace uplink::detail

namespace uplink::tests {

template <class Handler>
void start_each(simulated_reconnect& client, const std::function<Handler(std::size_t)>& next) {
    client.async_send(std::string("x"), next(0));
    client.async_send(net::buffer("y", 1), next(1));
    client.async_drain(next(2));
    client.async_receive_until("\n", next(3));
    client.async_wait_connected(next(4));
    client.async_wait_change(client.status().generation, next(5));
    client.async_stop(next(6));
    client.async_stop(std::chrono::seconds(1), next(7));
}

UPLINK_TESTS_START_EACH(, recorder);
UPLINK_TESTS_START_EACH(, memory_owner);
UPLINK_TESTS_START_EACH(, strand_recorder);

}  // namespace uplink::tests
