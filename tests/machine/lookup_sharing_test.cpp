// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which lookup a question joins, by how many there are of it and by the age of the youngest.
#include <uplink/detail/machine/lookup_sharing.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::joins_youngest;

TEST_CASE("a lookup younger than a second is joined, and the younger of two whatever its age") {
    struct row {
        std::size_t lookups;
        std::optional<std::chrono::nanoseconds> age;  // none: waits for a thread
        bool joined;
    };
    const row rows[] = {
        {0, std::nullopt, false}, {0, 0s, false},  // there is none to join
        {1, std::nullopt, true},  {1, 0s, true},  {1, 999999999ns, true}, {1, 1s, false}, {1, 1h, false},
        {2, std::nullopt, true},  {2, 0s, true},  {2, 1s, true},          {2, 1h, true},
    };
    for (const row& each : rows) {
        INFO(each.lookups << " lookups, age " << (each.age ? each.age->count() : -1));
        CHECK(joins_youngest(each.lookups, each.age) == each.joined);
    }
}

}  // namespace

}  // namespace uplink::tests
