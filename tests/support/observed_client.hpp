// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client on the simulated network that is observed, for tests of what its observer is told.
#pragma once

#include <uplink/testing/network.hpp>

#include "support/connect_completion.hpp"
#include "support/observed_events.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using lines = std::vector<std::string>;

std::shared_ptr<observed_events> new_events();

/// A client on the simulated network that is observed. Its functions are compiled once, in observed_client.cpp.
struct observed_client {
    using optional_limit = std::optional<simulated_client::time_limit>;

    std::optional<testing::network> network{std::in_place};
    std::shared_ptr<observed_events> events = new_events();
    std::optional<simulated_client> client;
    connect_completion connected{};

    explicit observed_client(client_options options = {});
    ~observed_client();

    testing::network& net() { return *network; }
    void start(const std::string& host, optional_limit limit = {});
    void run_until_connected();
    void connect(const std::string& host, optional_limit limit = {});
    /// Told since the last call.
    lines told() { return std::exchange(events->lines, {}); }

    std::size_t lines_at_handler = 0;
    std::chrono::nanoseconds total{};
};

/// Two addresses of one server; v6 is tried first.
void two_addresses(testing::network& net);

}  // namespace uplink::tests
