// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Prints the addresses of a name that a client tries, in their order; system_lookups.sh compares them with what the
// system's own tool says. The system's getaddrinfo is asked: nothing is interposed here.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "namespaced: the addresses of a name are tried", "[.]") {
    const char* const name = std::getenv("UPLINK_LOOKED_UP_NAME");
    REQUIRE(name != nullptr);
    client_options options;
    options.connect.families_apart = std::getenv("UPLINK_FAMILIES_APART") != nullptr;
    options.connect.resolution_delay = std::chrono::seconds(10);  // both answers are wanted
    options.socket.before_connect = [](auto, const auto&) { return error_code(net::error::access_denied); };
    async_client<> client(io, options);
    completion connected;
    client.async_connect(name, "80", record(connected));
    run();
    const auto& report = client.last_connect();
    if (report.attempts.empty()) std::cout << "error " << report.error.message() << '\n';
    else CHECK(connected == completed(net::error::access_denied));
    for (const auto& each : report.attempts)
        std::cout << "tried " << each.endpoint.address().to_string() << '\n';
}

}  // namespace uplink::tests
