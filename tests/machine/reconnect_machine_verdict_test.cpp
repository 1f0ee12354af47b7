// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When the reconnect machine begins its back-off anew, what it makes of a verdict, and when the next attempt is due.
#include <uplink/detail/machine/reconnect_machine.hpp>

#include "machine/reconnect_rig.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using state = reconnect_state;
using step = detail::reconnect_step;

// --- Stability ---

TEST_CASE("a loss before the connection is stable is one failure more, and a stable loss is none") {
    reconnect_rig rig;
    rig.start();
    rig.fail();
    rig.wait();
    rig.open();
    CHECK(rig.machine.failures() == 1);
    CHECK_FALSE(rig.machine.is_stable());
    rig.lose(retry_verdict::retry(), net::error::connection_reset);
    CHECK(rig.machine.failures() == 2);
    CHECK(rig.machine.last_error() == net::error::connection_reset);
    rig.wait();
    rig.open();
    rig.mark_stable();
    CHECK(rig.machine.is_stable());
    CHECK(rig.machine.failures() == 0);
    rig.lose();
    CHECK(rig.machine.failures() == 0);
    CHECK(rig.machine.last_error() == net::error::eof);
    rig.wait();
    rig.open();
    CHECK_FALSE(rig.machine.is_stable());
    rig.lose();
    CHECK(rig.machine.failures() == 1);
}

TEST_CASE("a connection that was up for long enough was stable, although the timer is late") {
    for (const auto late : {-1ns, 0ns, 1ns}) {
        reconnect_rig rig;
        rig.start();
        rig.fail();
        rig.wait();
        rig.open();
        rig.now = rig.machine.stable_at() + late;
        rig.machine.note_time(rig.now);
        CHECK(rig.machine.is_judged() == (late < 0ns));
        CHECK(rig.machine.failures() == (late < 0ns ? 1U : 0U));
    }
}

TEST_CASE("a connection is stable stable_after after its hook") {
    for (const auto stable_after : {0ns, 1ns, std::chrono::nanoseconds(10s)}) {
        reconnect_options options;
        options.stable_after = stable_after;
        reconnect_rig rig(options);
        rig.start();
        rig.now += 3s;
        rig.succeed();
        rig.now += 2s;
        rig.prepare();
        CHECK(rig.machine.stable_at() == rig.now + stable_after);
        CHECK(rig.machine.is_stable() == (stable_after == 0ns));
    }
    reconnect_options never;
    never.stable_after = std::chrono::nanoseconds::max();
    reconnect_rig rig(never);
    rig.connect();
    CHECK(rig.machine.stable_at() == std::chrono::nanoseconds::max());
}

TEST_CASE("mark_stable() in the hook counts from the end of the hook on, and for that connection only") {
    reconnect_rig rig;
    rig.start();
    rig.fail();
    rig.wait();
    rig.succeed();
    rig.mark_stable();
    CHECK(rig.machine.failures() == 1);
    rig.fail(retry_verdict::retry(), true);  // the hook fails all the same
    CHECK(rig.machine.failures() == 2);
    rig.wait();
    rig.open();
    CHECK_FALSE(rig.machine.is_stable());
    CHECK(rig.machine.failures() == 2);
    rig.lose();
    rig.wait();
    rig.succeed();
    rig.mark_stable();
    rig.prepare();
    CHECK(rig.machine.is_stable());
    CHECK(rig.machine.failures() == 0);
    CHECK_FALSE(rig.machine.is_judged());
}

TEST_CASE("a server that accepts and closes makes the back-off grow, until a connection was stable") {
    reconnect_options options;
    options.backoff = {1s, 1h, 1s, 2};
    options.backoff.floor = 0s;
    reconnect_rig rig(options);
    rig.connect();
    for (std::size_t n = 1; n != 12; ++n) {
        rig.now += 9900ms;
        rig.lose();
        CHECK(rig.time_to_wait() == rig.draws.after_failure(n));
        rig.wait();
        rig.open();
    }
    rig.now += 10100ms;
    rig.mark_stable();
    rig.lose();
    CHECK(rig.time_to_wait() == rig.draws.after_stable_loss());
    rig.wait();
    rig.fail();
    CHECK(rig.time_to_wait() == rig.draws.after_failure(1));
}

// --- Verdicts ---

TEST_CASE("the verdict stop leads to failed, with the error of the failure") {
    reconnect_rig attempt;
    attempt.start();
    CHECK(attempt.fail(retry_verdict::stop(), false, net::error::host_not_found) ==
          reconnect_answer{state::failed, step::give_up});
    CHECK(attempt.machine.last_error() == net::error::host_not_found);
    CHECK(attempt.machine.failures() == 1);

    reconnect_rig loss;
    loss.connect();
    CHECK(loss.lose(retry_verdict::stop()) == reconnect_answer{state::failed, step::give_up});
    CHECK(loss.machine.last_error() == net::error::eof);
}

TEST_CASE(
    "max_failures counts the failures in a row of all servers, attempts and hooks and early losses alike") {
    for (const std::size_t most : {1U, 2U, 5U}) {
        INFO(most);
        reconnect_options options;
        options.max_failures = most;
        reconnect_rig rig(options, 3);
        rig.connect_stable();
        rig.lose();
        rig.wait();
        for (std::size_t n = 1; n < most; ++n) {
            switch (n % 3) {
            case 0: rig.fail(); break;
            case 1: rig.succeed(), rig.fail(retry_verdict::retry(), true); break;
            case 2: rig.open(), rig.lose(); break;
            }
            CHECK(rig.machine.failures() == n);
            CHECK(rig.machine.state() == state::waiting);
            rig.wait();
        }
        CHECK(rig.fail(retry_verdict::retry_after(1s)) == reconnect_answer{state::failed, step::give_up});
        CHECK(rig.machine.failures() == most);
    }
}

TEST_CASE("without max_failures the client never gives up") {
    reconnect_rig rig;
    rig.start();
    for (std::size_t n = 1; n != 2000; ++n) {
        rig.fail();
        rig.wait();
    }
    CHECK(rig.machine.failures() == 1999);
    CHECK(rig.machine.state() == state::connecting);
}

TEST_CASE("retry_after is exact, and counted from the failure") {
    for (const auto delay : {0ns, 1ns, std::chrono::nanoseconds(7s), std::chrono::nanoseconds(24h)}) {
        for (const bool was_established : {false, true}) {
            reconnect_rig rig;
            rig.start();
            rig.now += 30s;
            rig.fail(retry_verdict::retry_after(delay), was_established);
            CHECK(rig.time_to_wait() == delay);
        }
    }
    reconnect_rig rig;
    rig.connect();
    rig.now += 5s;
    rig.lose(retry_verdict::retry_after(3s));
    CHECK(rig.time_to_wait() == 3s);
    rig.wait();
    rig.fail();  // it is the second failure all the same
    CHECK(rig.time_to_wait() == rig.draws.after_failure(2));
}

TEST_CASE("a wait that is longer than the clock can tell lasts until the clock's end") {
    reconnect_rig rig;
    rig.start();
    rig.fail(retry_verdict::retry_after(std::chrono::nanoseconds::max()));
    CHECK(rig.machine.next_attempt() == std::chrono::nanoseconds::max());
    reconnect_options options;
    options.backoff = {std::chrono::nanoseconds::max(), std::chrono::nanoseconds::max(), 0ns, 1};
    reconnect_rig late(options);
    late.now = std::chrono::nanoseconds::max() - 1min;
    late.connect_stable();
    late.lose();
    CHECK(late.machine.next_attempt() == std::chrono::nanoseconds::max());
}

TEST_CASE("the default rule begins anew with start() and with each connection") {
    reconnect_rig rig;
    const error_code rejected = errc::certificate_rejected;
    const auto judge = [&] { return rig.machine.judge(detail::failure_kind::attempt, rejected).is_stop(); };
    rig.start();
    CHECK_FALSE(judge());
    CHECK(judge());
    rig.fail();
    rig.stop();
    rig.start();
    CHECK_FALSE(judge());
    rig.open();
    CHECK_FALSE(judge());
    rig.close();
    rig.start();
    CHECK_FALSE(judge());
    rig.succeed();  // without its hook it is no success
    CHECK(judge());
}

// --- When ---

TEST_CASE("the first attempt after start() is at once") {
    reconnect_rig rig;
    CHECK(rig.start() == reconnect_answer{state::connecting, step::connect});
    CHECK(rig.machine.attempt_start() == rig.now);
}

TEST_CASE(
    "a back-off counts from the attempt's start if there was no TCP connection, else from the failure") {
    reconnect_options options;
    options.backoff = {20s, 20s, 20s, 1};
    for (const bool was_established : {false, true}) {
        reconnect_rig rig(options);
        rig.start();
        rig.now += 15s;
        rig.fail(retry_verdict::retry(), was_established);
        CHECK(rig.time_to_wait() == (was_established ? 20s : 5s));
        rig.wait();
        rig.now += 30s;  // a black hole is not followed by another wait
        rig.fail(retry_verdict::retry(), was_established);
        CHECK(rig.time_to_wait() == (was_established ? 20s : 0s));
    }
    reconnect_rig loss(options);
    loss.connect();
    loss.now += 5s;
    loss.lose();
    CHECK(loss.time_to_wait() == 20s);
}

TEST_CASE("the n-th failure in a row waits for the n-th back-off") {
    reconnect_rig rig;
    rig.start();
    for (std::size_t n = 1; n != 20; ++n) {
        rig.fail();
        CHECK(rig.time_to_wait() == rig.draws.after_failure(n));
        rig.wait();
    }
}

TEST_CASE("reconnect_now() starts the next attempt at once, and keeps the back-off") {
    reconnect_rig rig;
    rig.start();
    for (std::size_t n = 1; n != 6; ++n) {
        rig.fail();
        CHECK(rig.time_to_wait() == rig.draws.after_failure(n));
        CHECK(rig.reconnect_now() == reconnect_answer{state::connecting, step::connect});
        CHECK(rig.machine.attempt_start() == rig.now);
        CHECK(rig.machine.failures() == n);
    }
}

TEST_CASE("one seed makes one history, and another seed another") {
    const auto history = [](std::uint64_t seed) {
        reconnect_rig rig({}, 2, seed);
        std::chrono::nanoseconds::rep digest = 0;
        rig.connect_stable();
        rig.lose();
        for (int i = 0; i != 50; ++i) {
            digest = digest * 31 % 1000003 + rig.machine.next_attempt()->count() % 1000003;
            rig.wait();
            rig.fail();
        }
        return digest;
    };
    CHECK(history(1) == history(1));
    CHECK(history(1) != history(2));
}

}  // namespace

}  // namespace uplink::tests
