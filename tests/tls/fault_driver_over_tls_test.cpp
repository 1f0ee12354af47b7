// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What holds for every client without TLS, with it: every scenario of the fault driver through every fault at every
// step, and random programs.

#include "support/catch.hpp"
#include "support/fault_driver.hpp"
#include "support/random_program.hpp"

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>

namespace uplink::tests {

namespace {

/// A handshake in each run takes time: the program is quick with the first scenarios alone.
void drive(std::size_t index, std::size_t most_scenarios) {
    const variation how = all_variations().at(index);
    driver_counts counts;
    for (const scenario& what : all_scenarios()) {
        if (counts.scenarios != most_scenarios) fault_driver(what, how, counts).drive();
    }
    std::cout << "fault driver over TLS, " << how.name << ": " << counts.scenarios << " scenarios, "
              << counts.steps << " steps, " << counts.handlers << " handlers, " << counts.actions
              << " actions, of which " << counts.same << " had to change nothing; failures "
              << counts.failures.size() << '\n';
    std::string report;
    for (std::size_t i = 0; i < counts.failures.size() && i != 50; ++i) report += counts.failures[i] + "\n";
    INFO(report);
    CHECK(counts.failures.empty());
}

}  // namespace

TEST_CASE("over TLS random programs keep to the model", "[random]") {
    constexpr std::uint64_t count = 1'000;
    std::size_t operations = 0;
    std::size_t failures = 0;
    for (std::uint64_t seed = 0; seed != count && failures != 3; ++seed) {
        const program_result result = run_program(choices::of_seed(seed));
        operations += result.operations;
        if (result.failures.empty()) continue;
        ++failures;
        std::cout << "seed " << seed << ":\n" << result.history;
        for (const std::string& each : result.failures)
            std::cout << "seed " << seed << " fails: " << each << '\n';
    }
    std::cout << "random programs over TLS: " << count << " seeds, " << operations << " operations, failures "
              << failures << '\n';
    CHECK(failures == 0);
}

TEST_CASE("over TLS the first scenarios meet the common demand at every step", "[fault_driver]") {
    drive(1, 2);
}

// For the target proof.
TEST_CASE("over TLS every scenario meets the common demand at every step", "[.proof]") {
    constexpr std::size_t all = 1000;
    drive(0, all);
    drive(1, all);
}

}  // namespace uplink::tests
