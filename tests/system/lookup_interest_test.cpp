// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/system/lookup_interest.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <optional>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE("an interest tells how long its lookup has waited for a thread, and the first beginning counts") {
    const detail::lookup_interest::time_point now{100s};
    detail::lookup_interest interest;
    interest.asked(now);
    CHECK(interest.began() == std::nullopt);
    interest.begins(now + 3s);
    CHECK(interest.began() == std::optional<std::chrono::nanoseconds>(3s));
    interest.begins(now + 5s);
    CHECK(interest.began() == std::optional<std::chrono::nanoseconds>(3s));
}

TEST_CASE("a lookup that begins with its question has not waited") {
    detail::lookup_interest interest;
    interest.begins_at_once();
    CHECK(interest.began() == std::optional(std::chrono::nanoseconds(0)));
}

}  // namespace uplink::tests
