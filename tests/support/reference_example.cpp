// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/reference_example.hpp"

#include "support/completion.hpp"

namespace uplink::tests {

example::example() { network.host("example.com").v4({"192.0.2.1"}); }

example::~example() = default;

void example::connect() {
    completion connected;
    client.async_connect("example.com", "80", record(connected));
    network.run_until([&] { return static_cast<bool>(connected); });
    REQUIRE(connected == completed(success));
}

std::string example::logged_after_run() {
    network.run();
    CHECK(network.failures().empty());
    return log.str();
}

}  // namespace uplink::tests
