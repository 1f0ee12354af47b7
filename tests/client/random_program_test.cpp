// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Random programs of operations against a model, by seed. A failure prints its seed; UPLINK_SEED=<seed> runs that one
// and prints what it does, UPLINK_SEEDS=<count> changes how many each of the four cases runs.

#include "support/catch.hpp"
#include "support/random_program.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace uplink::tests {

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

bool run_seed(std::uint64_t seed, bool aloud, std::size_t& operations) {
    INFO("seed " << seed);
    const program_result result = run_program(choices::of_seed(seed), aloud);
    operations += result.operations;
    if (aloud || !result.failures.empty()) std::cout << "seed " << seed << ":\n" << result.history;
    for (const std::string& each : result.failures)
        std::cout << "seed " << seed << " fails: " << each << '\n';
    return result.failures.empty();
}

void run_part(std::uint64_t part) {
    if (std::getenv("UPLINK_SEED") != nullptr) {
        std::size_t operations = 0;
        if (part == 0) CHECK(run_seed(number_from("UPLINK_SEED", 0), true, operations));
        return;
    }
    const std::uint64_t count = number_from("UPLINK_SEEDS", 5'000);
    std::size_t operations = 0;
    std::size_t failures = 0;
    for (std::uint64_t i = 0; i != count && failures != 3; ++i) {
        if (!run_seed(part * 1'000'000'000 + i, false, operations)) ++failures;
    }
    std::cout << "random programs, part " << part + 1 << " of 4: " << count << " seeds, " << operations
              << " operations, failures " << failures << '\n';
    CHECK(failures == 0);
}

}  // namespace

TEST_CASE("random programs keep to the model: part 1", "[random]") { run_part(0); }
TEST_CASE("random programs keep to the model: part 2", "[random]") { run_part(1); }
TEST_CASE("random programs keep to the model: part 3", "[random]") { run_part(2); }
TEST_CASE("random programs keep to the model: part 4", "[random]") { run_part(3); }

}  // namespace uplink::tests
