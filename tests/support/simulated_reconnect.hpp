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
reconnect_options every(std::chrono::nanoseconds wait);

/// The network is made first, so that it goes last.
class reconnect_test {
public:
    reconnect_test();
    ~reconnect_test();

    testing::endpoint& server();
    simulated_reconnect make(reconnect_options options = every(std::chrono::seconds(1)),
                             client_options below = {});
    void watch(simulated_reconnect& client);
    /// The states told since the last call, such as "connecting preparing connected".
    std::string states();

    testing::network net{};
    std::vector<simulated_status> changes{};
};

}  // namespace uplink::tests
