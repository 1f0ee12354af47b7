// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receive machine in random sequences of events, against a model that keeps the bytes.
#include "machine/receive_machine_world.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>

namespace uplink::tests {

namespace {

/// How many events the sequences had. A broken rule is shown with the seed and the events that led to it.
std::size_t play_receive_sequences(std::uint64_t first_seed, std::size_t count) {
    std::size_t events = 0;
    for (std::uint64_t seed = first_seed; seed != first_seed + count; ++seed) {
        try {
            events += receive_world(seed).play();
        } catch (const std::exception& broken) {
            std::string trace;
            try {
                receive_world(seed, &trace).play();
            } catch (const std::exception&) {
            }
            FAIL("seed " << seed << ": " << broken.what() << trace);
        }
    }
    return events;
}

TEST_CASE(
    "random sequences of events: every byte is received once and in order, and each receive ends as it must") {
    CHECK(play_receive_sequences(1, 10'000) > 100'000);
}

TEST_CASE("receive machine: 10^6 random sequences", "[.]") {
    const std::size_t events = play_receive_sequences(1'000'000, 1'000'000);
    WARN(events << " events");
    CHECK(events > 10'000'000);
}

}  // namespace

}  // namespace uplink::tests
