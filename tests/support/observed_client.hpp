// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client on the simulated network that is observed, for tests of what its observer is told.
#pragma once

#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
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

inline std::shared_ptr<observed_events> new_events() { return std::make_shared<observed_events>(); }

/// A client on the simulated network that is observed.
struct observed_client {
    std::optional<testing::network> network{std::in_place};
    std::shared_ptr<observed_events> events = new_events();
    std::optional<simulated_client> client;
    connect_completion connected{};

    explicit observed_client(client_options options = {}) {
        options.observer = events;
        client.emplace(network->get_executor(), std::move(options));
    }
    ~observed_client() {
        client.reset();
        if (network) network->run();
        network.reset();
        events->check_over();
        for (const std::string& each : events->failures) FAIL_CHECK(each);
    }

    testing::network& net() { return *network; }
    template <class... Limit> void start(const std::string& host, Limit... limit) {
        connected = {};
        client->async_connect(host, "80", limit..., [this](error_code ec, net::ip::tcp::endpoint where) {
            lines_at_handler = events->lines.size();
            connected.set(ec, where);
            if (!events->connects.empty()) total = events->connects.front().total;
            events->connect_called(ec);
        });
    }
    void run_until_connected() {
        net().run_until([&] { return static_cast<bool>(connected); });
        if (events->is_idle() && connected.ec != net::error::already_connected)
            events->check(client->last_connect());
    }
    template <class... Limit> void connect(const std::string& host, Limit... limit) {
        start(host, limit...);
        run_until_connected();
    }
    /// Told since the last call.
    lines told() { return std::exchange(events->lines, {}); }

    std::size_t lines_at_handler = 0;
    std::chrono::nanoseconds total{};
};

/// Two addresses of one server; v6 is tried first.
inline void two_addresses(testing::network& net) {
    net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"}, std::chrono::milliseconds(1));
}

}  // namespace uplink::tests
