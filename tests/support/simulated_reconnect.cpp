// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/simulated_reconnect.hpp"

#include <utility>

namespace uplink::tests {

reconnect_options every(std::chrono::nanoseconds wait) {
    reconnect_options options;
    options.backoff = {wait, wait, wait, 1};
    options.seed = 1;
    return options;
}

reconnect_test::reconnect_test() {
    net.host("server.test").v4({"192.0.2.1"});
    net.prefer(address_family::v4);
}

reconnect_test::~reconnect_test() = default;

testing::endpoint& reconnect_test::server() { return net.endpoint("192.0.2.1:80"); }

simulated_reconnect reconnect_test::make(reconnect_options options, client_options below) {
    simulated_reconnect made(simulated_client(net.get_executor(), std::move(below)), "server.test", 80,
                             std::move(options));
    watch(made);
    return made;
}

void reconnect_test::watch(simulated_reconnect& client) {
    client.on_change([this](const simulated_status& status) { changes.push_back(status); });
}

std::string reconnect_test::states() {
    std::string told;
    for (const simulated_status& each : std::exchange(changes, {})) {
        told += told.empty() ? "" : " ";
        told += to_string(each.state);
    }
    return told;
}

}  // namespace uplink::tests
