// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The pauses between attempts on a server whose backlog is full.
#include <uplink/detail/machine/backlog_delay.hpp>

#include "support/catch.hpp"

namespace uplink::tests {

namespace {

TEST_CASE("the pauses double from 1 ms to 64 ms, and stay there", "[local]") {
    detail::backlog_delay delay;
    for (const int pause : {1, 2, 4, 8, 16, 32, 64, 64, 64, 64})
        CHECK(delay.next() == std::chrono::milliseconds(pause));
}

}  // namespace

}  // namespace uplink::tests
