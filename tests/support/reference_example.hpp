// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an example of a reference comment is run with: a client of example.com, on the simulated network.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"

#include <sstream>
#include <string>

namespace uplink::tests {

/// Its server behaves as the test says before it connects.
struct example {
    testing::network network{};
    testing::endpoint& server = network.endpoint("192.0.2.1:80");
    async_client<testing::socket> client{network.get_executor()};
    std::ostringstream log{};

    example();
    ~example();

    void connect();
    std::string logged_after_run();
};

}  // namespace uplink::tests
