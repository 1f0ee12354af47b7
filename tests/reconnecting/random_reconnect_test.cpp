// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Random programs of a reconnecting client, by seed: nothing lost without a word, nothing twice. A failure prints its
// seed; UPLINK_SEED=<seed> runs that one and prints what it does, UPLINK_SEEDS=<count> changes how many are run.

#include "reconnecting/random_reconnect.hpp"
#include "support/catch.hpp"

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

void run_seeds(std::uint64_t first, std::uint64_t count) {
    const bool is_one = std::getenv("UPLINK_SEED") != nullptr;
    if (is_one) first = number_from("UPLINK_SEED", 0), count = 1;
    else count = number_from("UPLINK_SEEDS", count);
    random_reconnect_result all;
    std::size_t failures = 0;
    for (std::uint64_t seed = first; seed != first + count && failures != 3; ++seed) {
        INFO("seed " << seed);
        const random_reconnect_result result = run_random_reconnect(seed, is_one);
        all.operations += result.operations;
        all.connections += result.connections;
        all.sent += result.sent;
        all.received += result.received;
        if (is_one || !result.failures.empty()) std::cout << "seed " << seed << ":\n" << result.history;
        for (const std::string& each : result.failures)
            std::cout << "seed " << seed << " fails: " << each << '\n';
        if (!result.failures.empty()) ++failures;
    }
    std::cout << "random programs of a reconnecting client: " << count << " seeds, " << all.operations
              << " operations, " << all.connections << " connections, " << all.sent << " bytes sent, "
              << all.received << " received, failures " << failures << '\n';
    CHECK(failures == 0);
}

}  // namespace

TEST_CASE("Reconnect: random programs lose nothing and send nothing twice", "[random]") {
    run_seeds(0, 5'000);
}
TEST_CASE("Reconnect: 100,000 random programs", "[.proof]") { run_seeds(1'000'000, 100'000); }

}  // namespace uplink::tests
