// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Every scenario through every fault at every step (faults.md: the common demand; rows 18, 27, 38, 63, 67 to 70,
// 72 to 75, 77, 78, 84, 85). Prints what it has done.

#include <support/catch.hpp>
#include <support/fault_driver.hpp>

#include <cstddef>
#include <iostream>
#include <string>

TEST_CASE("every scenario meets the common demand under every disturbance at every step") {
    test::driver_counts counts;
    for (const test::variation& how : test::all_variations()) {
        for (const test::scenario& what : test::all_scenarios()) {
            test::fault_driver(what, how, counts).drive();
        }
    }
    std::string report;
    for (std::size_t i = 0; i < counts.failures.size() && i != 50; ++i) report += counts.failures[i] + "\n";
    std::cout << "fault driver: " << counts.scenarios << " scenarios and variations, " << counts.steps << " steps, "
              << counts.handlers << " handlers, " << counts.actions << " actions, of which " << counts.same
              << " had to change nothing; failures " << counts.failures.size() << '\n';
    INFO(report);
    CHECK(counts.failures.empty());
}

TEST_CASE("the fault driver finds fault where there is some") {
    const auto drive = [](test::scenario what) {
        test::driver_counts counts;
        test::fault_driver(what, test::all_variations().front(), counts).drive();
        return counts;
    };
    test::scenario wrong = test::all_scenarios().front();
    CHECK(drive(wrong).failures.empty());
    wrong.inbound = {"worse"};  // than what comes
    CHECK_FALSE(drive(wrong).failures.empty());
    wrong = test::all_scenarios().front();
    wrong.errors = [](const test::operation&) { return test::error_code(uplink::errc::truncated); };
    CHECK_FALSE(drive(wrong).failures.empty());
}
