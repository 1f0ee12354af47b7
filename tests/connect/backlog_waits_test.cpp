// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The attempts that wait for room in a local server's backlog: one deadline for all of them, pauses that grow, and
// nothing left behind when the last one has been closed.
#include <uplink/detail/connect/backlog_waits.hpp>
#include <uplink/detail/support/deadline_heap.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <new>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

/// The parts of a client's core that waits see. Its time is what the test says.
struct waiting_core {
    using time_point = std::chrono::steady_clock::time_point;
    struct limits : detail::deadline_heap<time_point> {
        time_point now() const noexcept { return time; }
        void add(detail::deadline_entry<time_point>& limit, time_point at) {
            if (fails) throw std::bad_alloc();
            limit.at = at;
            deadline_heap::add(limit);
        }
        void remove(detail::deadline_entry<time_point>& limit) noexcept {
            if (limit.is_linked()) deadline_heap::remove(limit);
        }
        time_point time{};
        bool fails = false;
    };

    limits& deadlines() noexcept { return limits_of_waits; }
    limits limits_of_waits{};
};

struct waiting_operation {
    waiting_core* core;
};

/// Attempts that find the backlog full as often as the test says.
struct full_backlog {
    using waits_type = detail::backlog_waits<waiting_core, waiting_operation, full_backlog>;

    void connect_again(waiting_operation& who, std::size_t index) {
        tried.push_back(index);
        if (still_full) waits.add(who, index);
    }
    /// How long the waiting attempts pause. Then they are tried.
    std::chrono::nanoseconds pass_pause() {
        auto& deadlines = core.deadlines();
        const auto pause = deadlines.front().at - deadlines.time;
        deadlines.time += pause;
        deadlines.pop_front().expired();
        return pause;
    }

    waiting_core core{};
    waiting_operation operation{&core};
    std::vector<std::size_t> tried{};
    bool still_full = true;
    waits_type waits{*this};
};

using indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("backlog waits: the pauses double from 1 ms to 64 ms", "[connect]") {
    full_backlog test;
    test.waits.add(test.operation, 0);
    for (const auto expected : {1ms, 2ms, 4ms, 8ms, 16ms, 32ms, 64ms, 64ms})
        CHECK(test.pass_pause() == expected);
    CHECK(test.tried == indices(8, 0));
}

TEST_CASE("backlog waits: an attempt that comes later is tried with the first, each once", "[connect]") {
    full_backlog test;
    test.waits.add(test.operation, 0);
    test.core.deadlines().time += 400us;
    test.waits.add(test.operation, 1);
    CHECK(test.pass_pause() == 600us);
    CHECK(test.tried == indices{0, 1});
    test.still_full = false;
    CHECK(test.pass_pause() == 2ms);
    CHECK(test.tried == indices{0, 1, 0, 1});
    CHECK(test.core.deadlines().empty());
}

TEST_CASE("backlog waits: a closed attempt is not tried, and the last one takes the deadline along",
          "[connect]") {
    full_backlog test;
    test.waits.remove(0);  // none has waited yet
    for (const std::size_t index : {0U, 1U, 2U}) test.waits.add(test.operation, index);
    test.waits.remove(1);
    test.waits.remove(1);
    CHECK_FALSE(test.core.deadlines().empty());
    test.pass_pause();
    CHECK(test.tried == indices{0, 2});
    test.waits.remove(0);
    CHECK_FALSE(test.core.deadlines().empty());
    test.waits.remove(2);
    CHECK(test.core.deadlines().empty());
}

TEST_CASE("backlog waits: an attempt for whose deadline there is no memory does not wait", "[connect]") {
    full_backlog test;
    test.core.deadlines().fails = true;
    CHECK_THROWS_AS(test.waits.add(test.operation, 0), std::bad_alloc);
    test.core.deadlines().fails = false;
    test.waits.add(test.operation, 1);
    test.pass_pause();
    CHECK(test.tried == indices{1});
}

}  // namespace uplink::tests
