// Distributed under the Boost Software License, Version 1.0 (see LICENSE).

#include "support/catch.hpp"

#include <uplink/detail/machine/speculative_read_policy.hpp>

#include <cstddef>

namespace uplink::tests {

namespace {

using uplink::detail::speculative_read;
using uplink::detail::speculative_read_policy;

struct row {
    const char* name;
    std::size_t room;
    std::size_t count;  ///< bytes that the read brought
    bool spins;
    speculative_read first;
    speculative_read second;  ///< when the first found nothing
};

const row rows[] = {
    {"less than its room", 100, 99, false, speculative_read::none, speculative_read::none},
    {"all of its room", 100, 100, false, speculative_read::once, speculative_read::none},
    {"an error, nothing", 100, 0, false, speculative_read::none, speculative_read::none},
    {"less than its room, with a spin", 100, 99, true, speculative_read::spin, speculative_read::none},
    {"all of its room, with a spin: that is enough", 100, 100, true, speculative_read::spin,
     speculative_read::none},
};

TEST_CASE("what a read is followed by, before one waits again") {
    for (const row& each : rows) {
        INFO(each.name);
        speculative_read_policy tries;
        tries.receive_started();
        tries.next(each.spins);
        tries.read_started(each.room);
        tries.read_came_back(each.count);
        CHECK(tries.next(each.spins) == each.first);
        CHECK(tries.next(each.spins) == each.second);
    }
}

TEST_CASE("a receive begins with a read that waits, or with a spin") {
    for (const bool spins : {false, true}) {
        INFO("spins " << spins);
        speculative_read_policy tries;
        for (int receive = 0; receive != 2; ++receive) {
            tries.receive_started();
            CHECK(tries.next(spins) == (spins ? speculative_read::spin : speculative_read::none));
            CHECK(tries.next(spins) == speculative_read::none);
            // What the last receive's read has filled is not the next one's.
            tries.read_started(1);
            tries.read_came_back(1);
        }
    }
}

TEST_CASE("a receive spins though the one before has spun and ended without a read that waits") {
    speculative_read_policy tries;
    for (int receive = 0; receive != 3; ++receive) {
        tries.receive_started();
        CHECK(tries.next(true) == speculative_read::spin);
    }
}

}  // namespace

}  // namespace uplink::tests
