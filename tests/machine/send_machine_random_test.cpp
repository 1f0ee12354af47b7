// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send machine in random sequences of events, against a model that keeps the bytes: all of them in order, none lost
// and none twice, each send ended once with the error it should have, every count exact.

#include "support/catch.hpp"

#include "machine/send_machine_program.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <sstream>
#include <string>

namespace uplink::tests {

namespace {

/// Empty: all is well. Else the rule that was broken, and what happened before.
std::string send_story(std::uint64_t seed) {
    std::ostringstream log;
    send_program program(seed, &log);
    try {
        program.play();
    } catch (const std::exception& broken) {
        return "seed " + std::to_string(seed) + ", broken: " + broken.what() + "\n" + log.str();
    }
    return {};
}

/// Returns the number of events.
std::size_t play_sends(std::uint64_t first, std::uint64_t count) {
    std::size_t events = 0;
    for (std::uint64_t seed = first; seed != first + count; ++seed) {
        bool is_well = true;
        send_program program(seed);
        try {
            program.play();
        } catch (const std::exception&) {
            is_well = false;
        }
        events += program.events();
        if (!is_well) FAIL(send_story(seed));
    }
    return events;
}

TEST_CASE("the send machine keeps every byte and ends every send once, whatever happens in whatever order") {
    const std::size_t events = play_sends(1, 10'000);
    CHECK(events > 150'000);
}

TEST_CASE("send machine: 10^6 random sequences", "[.]") {
    const std::size_t events = play_sends(1'000'000, 1'000'000);
    WARN(events << " events");
}

}  // namespace

}  // namespace uplink::tests
