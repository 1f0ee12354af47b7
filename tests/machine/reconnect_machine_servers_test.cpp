// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The reconnect machine with several servers.
#include <uplink/detail/machine/reconnect_machine.hpp>

#include "machine/reconnect_rig.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstddef>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using state = reconnect_state;

/// Fails the attempt under way; the next one starts as soon as it is due. Returns how long that took.
std::chrono::nanoseconds fail_and_wait(reconnect_rig& rig,
                                       const retry_verdict& verdict = retry_verdict::retry()) {
    rig.fail(verdict);
    const auto time = rig.time_to_wait();
    rig.wait();
    return time;
}

TEST_CASE(
    "the servers are tried in order, and a back-off is waited only when the time of all is still to come") {
    reconnect_options options;
    options.backoff = {10s, 40s, 10s, 2};
    options.backoff.floor = 10s;
    reconnect_rig rig(options, 3);
    rig.start();
    const auto first = rig.draws.after_failure(1);
    CHECK(rig.machine.server() == 0);
    CHECK(fail_and_wait(rig) == 0s);
    rig.draws.after_failure(1);
    CHECK(rig.machine.server() == 1);
    rig.now += 1s;
    CHECK(fail_and_wait(rig) == 0s);
    rig.draws.after_failure(1);
    CHECK(rig.machine.server() == 2);
    rig.now += 1s;
    CHECK(fail_and_wait(rig) == first - 2s);  // counted from the start of the first attempt
    CHECK(rig.machine.server() == 0);
    CHECK(rig.machine.failures() == 3);
}

TEST_CASE("each server has its own failures in a row, and the status counts those of all") {
    reconnect_rig rig({}, 2);
    rig.start();
    rig.fail(retry_verdict::retry_after(10h));
    rig.timer();
    for (std::size_t n = 1; n != 12; ++n) {
        rig.fail();
        CHECK(rig.time_to_wait() == rig.draws.after_failure(n));
        CHECK(rig.machine.failures() == n + 1);
        rig.wait();
        CHECK(rig.machine.server() == 1);
    }
    rig.fail(retry_verdict::retry_after(24h));
    rig.wait();
    CHECK(rig.machine.server() == 0);
    rig.fail(retry_verdict::retry(), true);
    CHECK(rig.time_to_wait() == rig.draws.after_failure(2));
}

TEST_CASE("the server whose time is next is tried, not the next in order") {
    reconnect_rig rig({}, 3);
    rig.start();
    CHECK(fail_and_wait(rig, retry_verdict::retry_after(30s)) == 0s);
    CHECK(fail_and_wait(rig, retry_verdict::retry_after(10s)) == 0s);
    CHECK(fail_and_wait(rig, retry_verdict::retry_after(20s)) == 10s);
    CHECK(rig.machine.server() == 1);
    CHECK(fail_and_wait(rig, retry_verdict::retry_after(30s)) == 10s);
    CHECK(rig.machine.server() == 2);
    CHECK(fail_and_wait(rig, retry_verdict::retry_after(30s)) == 10s);
    CHECK(rig.machine.server() == 0);
}

TEST_CASE("of the servers whose time has come the next in order is tried") {
    reconnect_rig rig({}, 3);
    rig.start();
    fail_and_wait(rig, retry_verdict::retry_after(2s));
    fail_and_wait(rig, retry_verdict::retry_after(1s));
    rig.now += 10s;
    CHECK(fail_and_wait(rig, retry_verdict::retry_after(1s)) == 0s);
    CHECK(rig.machine.server() == 0);
    rig.now += 10s;
    CHECK(fail_and_wait(rig, retry_verdict::retry_after(1s)) == 0s);
    CHECK(rig.machine.server() == 1);
}

TEST_CASE(
    "after the loss of a stable connection its server is first, after U(0, base), whatever others there are") {
    for (const std::size_t servers : {1U, 2U, 5U}) {
        INFO(servers << " servers");
        reconnect_rig rig({}, servers);
        rig.start();
        for (std::size_t i = 0; i + 1 < servers; ++i) {
            rig.fail();
            rig.draws.after_failure(1);
            rig.timer();
        }
        CHECK(rig.machine.server() == servers - 1);
        rig.open();
        rig.mark_stable();
        rig.now += 1h;
        rig.lose();
        const auto expected = rig.draws.after_stable_loss();
        CHECK(rig.time_to_wait() == expected);
        CHECK(expected > 0s);
        rig.wait();
        CHECK(rig.machine.server() == servers - 1);
        // Then the next in order, and all times are forgotten.
        rig.fail();
        CHECK(rig.time_to_wait() == (servers == 1 ? rig.draws.after_failure(1) : 0s));
        rig.wait();
        CHECK(rig.machine.server() == 0);
    }
}

TEST_CASE(
    "after an early loss its server is next as soon as its time has come, and another is tried until then") {
    reconnect_rig rig({}, 3);
    rig.start();
    rig.fail(retry_verdict::retry_after(1h));
    rig.timer();
    rig.open();
    CHECK(rig.machine.server() == 1);
    rig.lose(retry_verdict::retry_after(5s));
    CHECK(rig.time_to_wait() == 0s);
    rig.wait();
    CHECK(rig.machine.server() == 2);
    rig.fail(retry_verdict::retry_after(1h));
    CHECK(rig.time_to_wait() == 5s);
    rig.wait();
    CHECK(rig.machine.server() == 1);

    // The one that worked comes before the others, if its time has come.
    rig.open();
    rig.lose(retry_verdict::retry_after(0s));
    rig.wait();
    CHECK(rig.machine.server() == 1);
}

TEST_CASE("a stable connection makes all servers' failures and times forgotten") {
    reconnect_rig rig({}, 2);
    rig.start();
    rig.fail(retry_verdict::retry_after(1h));
    rig.timer();
    rig.open();
    rig.mark_stable();
    rig.lose();
    rig.draws.after_stable_loss();
    rig.wait();
    CHECK(rig.machine.server() == 1);
    rig.fail(retry_verdict::retry_after(2h));
    CHECK(rig.time_to_wait() == 0s);  // the hour of the first is forgotten
    rig.wait();
    CHECK(rig.machine.server() == 0);
    rig.fail(retry_verdict::retry(), true);
    CHECK(rig.time_to_wait() == rig.draws.after_failure(1));  // and so is its failure
}

TEST_CASE(
    "reconnect_now() takes the server whose time is next, and after a stable loss the one that was lost") {
    reconnect_rig rig({}, 3);
    rig.start();
    fail_and_wait(rig, retry_verdict::retry_after(30s));
    fail_and_wait(rig, retry_verdict::retry_after(10s));
    rig.fail(retry_verdict::retry_after(20s));
    rig.reconnect_now();
    CHECK(rig.machine.state() == state::connecting);
    CHECK(rig.machine.server() == 1);
    rig.fail(retry_verdict::retry_after(40s));
    rig.reconnect_now();
    CHECK(rig.machine.server() == 2);
    rig.open();
    rig.mark_stable();
    rig.lose();
    rig.reconnect_now();
    CHECK(rig.machine.server() == 2);
}

TEST_CASE("start() begins with the first server") {
    reconnect_rig rig({}, 3);
    rig.start();
    fail_and_wait(rig);
    rig.open();
    rig.mark_stable();
    CHECK(rig.machine.server() == 1);
    rig.close();
    rig.start();
    CHECK(rig.machine.server() == 0);
    fail_and_wait(rig);
    CHECK(rig.machine.server() == 1);
}

}  // namespace

}  // namespace uplink::tests
