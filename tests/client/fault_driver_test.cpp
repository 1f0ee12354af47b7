// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Every scenario through every fault at every step (faults 18, 27, 38, 63, 67 to 70, 72 to 75, 77, 78, 84, 85).
// Prints what it has done.

#include "support/catch.hpp"
#include "support/fault_driver.hpp"

#include <cstddef>
#include <iostream>
#include <string>

namespace uplink::tests {

namespace {

void print(const std::string& what, const driver_counts& counts) {
    std::cout << "fault driver, " << what << ": " << counts.scenarios << " scenarios, " << counts.steps
              << " steps, " << counts.handlers << " handlers, " << counts.actions << " actions, of which "
              << counts.same << " had to change nothing; failures " << counts.failures.size() << '\n';
}

/// Drives all scenarios in one variation of the network; prints what was done, and the sum when all are through.
void drive(std::size_t index) {
    static driver_counts total;
    static std::size_t driven = 0;
    const variation how = all_variations().at(index);
    driver_counts counts;
    for (const scenario& what : all_scenarios()) fault_driver(what, how, counts).drive();
    print(how.name, counts);
    total.scenarios = counts.scenarios;
    total.steps += counts.steps;
    total.handlers += counts.handlers;
    total.actions += counts.actions;
    total.same += counts.same;
    total.failures.insert(total.failures.end(), counts.failures.begin(), counts.failures.end());
    if (++driven == all_variations().size()) print("all variations", total);
    std::string report;
    for (std::size_t i = 0; i < counts.failures.size() && i != 50; ++i) report += counts.failures[i] + "\n";
    INFO(report);
    CHECK(counts.failures.empty());
}

}  // namespace

// One case for each variation, so that they may run at the same time.
TEST_CASE("every scenario meets the common demand at every step: bound handlers", "[fault_driver]") {
    drive(0);
}
TEST_CASE("every scenario meets the common demand at every step: unbound handlers", "[fault_driver]") {
    drive(1);
}
TEST_CASE("every scenario meets the common demand at every step: byte by byte", "[fault_driver]") {
    drive(2);
}
TEST_CASE("every scenario meets the common demand at every step: in small pieces", "[fault_driver]") {
    drive(3);
}
TEST_CASE("every scenario meets the common demand at every step: lvalue handlers, writes at once",
          "[fault_driver]") {
    drive(4);
}
TEST_CASE("every scenario meets the common demand at every step: reads and writes at once",
          "[fault_driver]") {
    drive(5);
}
TEST_CASE("every scenario meets the common demand at every step: lvalue handlers of another context",
          "[fault_driver]") {
    drive(6);
    CHECK(all_variations().size() == 7);
}

TEST_CASE("the fault driver finds fault where there is some", "[fault_driver]") {
    const auto failures_of = [](const scenario& what) {
        driver_counts counts;
        fault_driver(what, all_variations().front(), counts).drive();
        return counts.failures.size();
    };
    scenario wrong = all_scenarios().front();
    CHECK(failures_of(wrong) == 0);
    wrong.inbound = {"worse"};  // than what comes
    CHECK(failures_of(wrong) != 0);
    wrong = all_scenarios().front();
    wrong.errors = [](const operation&) { return error_code(uplink::errc::truncated); };
    CHECK(failures_of(wrong) != 0);
}

}  // namespace uplink::tests
