// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnecting client on a simulated network with one server, "server.test" at 192.0.2.1, port 80, and the changes of
// state that the client has told. The back-off is not random unless the test wants it: base, cap and floor are equal.
#pragma once

#include <uplink/reconnecting_client.hpp>
#include <uplink/testing/network.hpp>
#include <uplink/testing/socket.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/reconnect_instantiations.hpp"

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

using simulated_client = async_client<testing::socket>;
using simulated_reconnect = reconnecting_client<simulated_client>;
using simulated_status = simulated_reconnect::reconnect_status;

/// Every failure is followed by a wait of exactly that time.
inline reconnect_options every(std::chrono::nanoseconds wait) {
    reconnect_options options;
    options.backoff = {wait, wait, wait, 1};
    options.seed = 1;
    return options;
}

/// The network is made first, so that it goes last.
class reconnect_test {
public:
    reconnect_test() {
        net.host("server.test").v4({"192.0.2.1"});
        net.prefer(address_family::v4);
    }

    testing::endpoint& server() { return net.endpoint("192.0.2.1:80"); }
    simulated_reconnect make(reconnect_options options = every(std::chrono::seconds(1)),
                             client_options below = {}) {
        simulated_reconnect made(simulated_client(net.get_executor(), std::move(below)), "server.test", 80,
                                 std::move(options));
        watch(made);
        return made;
    }
    void watch(simulated_reconnect& client) {
        client.on_change([this](const simulated_status& status) { changes.push_back(status); });
    }
    /// The states told since the last call, such as "connecting preparing connected".
    std::string states() {
        std::string told;
        for (const simulated_status& each : std::exchange(changes, {})) {
            told += told.empty() ? "" : " ";
            told += to_string(each.state);
        }
        return told;
    }

    testing::network net{};
    std::vector<simulated_status> changes{};
};

}  // namespace uplink::tests
