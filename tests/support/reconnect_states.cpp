// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/reconnect_states.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

simulated_reconnect reconnect_state_test::make_in(const std::string& state) {
    reconnect_options options = every(1s);
    if (state == "failed") options.max_failures = 1;
    simulated_reconnect client = make(options);
    if (state == "preparing") {
        server().accept(1ms).silent();
        client.on_session([](simulated_client&, const auto&) {});
    }
    if (state == "connecting") server().black_hole();
    if (state == "waiting" || state == "failed") server().refuse(1ms);
    if (state != "idle") client.start();
    net.run_for(10ms);
    if (state == "stopped") client.close();
    if (state == "stopping") client.async_stop(record(before_));
    net.poll();
    changes.clear();
    CHECK(to_string(client.status().state) == state);
    return client;
}

}  // namespace uplink::tests
