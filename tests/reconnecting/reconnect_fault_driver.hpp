// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The fault driver of a reconnecting client: runs a scenario undisturbed, to learn how many operations of the network,
// handlers and changes of state it takes, then once for each of them and each disturbance, and checks after each run
// what reconnect_checks.hpp says of any run.
#pragma once

#include "reconnecting/reconnect_run.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace uplink::tests {

struct reconnect_scenario {
    std::string name;
    /// Adds the servers, makes the client, and sets its functions.
    std::function<void(reconnect_run&, loss_policy)> prepare;
    /// Each is followed by 20 ms.
    std::vector<std::function<void(reconnect_run&)>> steps;
};

struct reconnect_variation {
    std::string name;
    loss_policy policy = loss_policy::fail;
    std::function<void(testing::network&)> set{};
};

struct reconnect_driver_counts {
    std::size_t steps = 0;  ///< operations of the network, over all scenarios and variations
    std::size_t runs = 0;   ///< disturbed
    std::vector<std::string> failures{};
};

/// Adds to the counts.
void drive_faults(const reconnect_scenario& what, const reconnect_variation& how,
                  reconnect_driver_counts& counts);

}  // namespace uplink::tests
