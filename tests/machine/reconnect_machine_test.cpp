// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The rules of the reconnect machine beside its table: generations, start and stop, stability, failures and verdicts,
// and when the next attempt is due.
#include <uplink/detail/machine/reconnect_machine.hpp>

#include "machine/reconnect_rig.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using state = reconnect_state;
using step = detail::reconnect_step;

TEST_CASE("a reconnect machine begins idle, at generation 0") {
    reconnect_rig rig;
    CHECK(rig.machine.state() == state::idle);
    CHECK(rig.machine.generation() == 0);
    CHECK(rig.machine.since() == 1h);
    CHECK_FALSE(rig.machine.next_attempt());
    CHECK(rig.machine.failures() == 0);
    CHECK(rig.machine.connections() == 0);
    CHECK_FALSE(rig.machine.last_error());
    CHECK(rig.machine.server() == 0);
}

TEST_CASE(
    "each failed attempt passes through waiting with a generation of its own, even if the next is due at once") {
    reconnect_rig rig({}, 2);
    rig.start();
    CHECK(rig.machine.generation() == 1);
    CHECK(rig.fail() == reconnect_answer{state::waiting, step::wait});
    CHECK(rig.machine.next_attempt() == rig.now);  // the second server
    CHECK(rig.machine.generation() == 2);
    CHECK(rig.timer() == reconnect_answer{state::connecting, step::connect});
    CHECK(rig.machine.generation() == 3);
    CHECK(rig.fail().state == state::waiting);
    CHECK(rig.machine.generation() == 4);
}

TEST_CASE("retry_after(0) passes through waiting too") {
    reconnect_rig rig;
    rig.start();
    rig.fail(retry_verdict::retry_after(0s));
    CHECK(rig.machine.state() == state::waiting);
    CHECK(rig.machine.next_attempt() == rig.now);
}

TEST_CASE("a timer that comes before its time does nothing") {
    reconnect_rig rig;
    rig.start();
    rig.fail(retry_verdict::retry_after(1s));
    rig.now += 1s - 1ns;
    CHECK(rig.timer() == reconnect_answer{state::waiting, step::nothing});
    rig.now += 1ns;
    CHECK(rig.timer() == reconnect_answer{state::connecting, step::connect});
}

TEST_CASE("start() and stop() while stopping: the last word counts") {
    struct row {
        const char* words;  // s: start, p: stop, c: close
        bool starts_again;
    };
    for (const row& each : {row{"", false}, row{"s", true}, row{"p", false}, row{"sp", false},
                            row{"sps", true}, row{"ss", true}, row{"spsp", false}, row{"sc", false}}) {
        INFO("\"" << each.words << "\" while stopping");
        reconnect_rig rig;
        rig.connect();
        rig.stop();
        rig.expect(state::stopping);
        for (const char* word = each.words; *word != '\0'; ++word) {
            const reconnect_answer answer = *word == 's'   ? rig.start()
                                            : *word == 'p' ? rig.stop()
                                                           : rig.close();
            CHECK(answer.step == (*word == 'c' ? step::end : step::nothing));
        }
        CHECK(rig.machine.will_start_again() == each.starts_again);
        CHECK_FALSE((rig.machine.state() == state::stopping && rig.machine.take_restart()));
        rig.end();
        CHECK(rig.machine.state() == state::stopped);
        CHECK(rig.machine.take_restart() == each.starts_again);
        CHECK_FALSE(rig.machine.take_restart());
        CHECK(rig.start() == reconnect_answer{state::connecting, step::connect});
    }
}

TEST_CASE("stop and close end every state, and start begins again with nothing of before") {
    for (const bool closes : {false, true}) {
        reconnect_options options;
        options.max_failures = 3;
        reconnect_rig rig(options, 2);
        rig.start();
        rig.fail();
        rig.timer();
        rig.fail();
        CHECK(rig.machine.failures() == 2);
        CHECK(rig.machine.last_error() == net::error::connection_refused);
        (closes ? rig.close() : rig.stop());
        CHECK(rig.machine.state() == state::stopped);
        CHECK(rig.start() == reconnect_answer{state::connecting, step::connect});
        CHECK(rig.machine.server() == 0);
        CHECK(rig.machine.failures() == 0);
        CHECK_FALSE(rig.machine.last_error());
        rig.fail();
        CHECK(rig.machine.next_attempt() == rig.now);  // the second server has no time to wait for any more
        rig.timer();
        rig.fail();
        CHECK(rig.machine.state() == state::waiting);
    }
}

TEST_CASE("a failed client starts again, its failures forgotten") {
    reconnect_options options;
    options.max_failures = 1;
    reconnect_rig rig(options);
    rig.start();
    rig.fail();
    CHECK(rig.machine.state() == state::failed);
    CHECK(rig.machine.failures() == 1);
    rig.start();
    CHECK(rig.machine.state() == state::connecting);
    CHECK(rig.machine.failures() == 0);
}

TEST_CASE("connections are counted when they are connected, not before") {
    reconnect_rig rig;
    rig.start();
    rig.succeed();
    CHECK(rig.machine.connections() == 0);
    rig.fail({retry_verdict::retry()}, true);
    rig.wait();
    rig.open();
    CHECK(rig.machine.connections() == 1);
    rig.lose();
    rig.wait();
    rig.open();
    CHECK(rig.machine.connections() == 2);
    rig.close();
    rig.connect();
    CHECK(rig.machine.connections() == 3);
}

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

// --- What can't go on ---

TEST_CASE("options that make no sense, or a client in use: start() leads to failed, with invalid_argument") {
    const auto fails = [](const reconnect_options& options, std::size_t servers = 1) {
        reconnect_rig rig(options, servers);
        if (rig.start().step == step::connect) return false;
        CHECK(rig.machine.state() == state::failed);
        CHECK(rig.machine.last_error() == net::error::invalid_argument);
        rig.stop();
        CHECK(rig.start() == reconnect_answer{state::failed, step::give_up});
        return true;
    };
    using change = void (*)(reconnect_options&);
    constexpr change good[] = {
        [](reconnect_options&) {},
        [](reconnect_options& o) {
            o.backoff = {0s, 0s, 0s, 1};
        },
        [](reconnect_options& o) {
            o.backoff = {1s, 1s, 1s, 1};
        },
        [](reconnect_options& o) { o.stable_after = 0s; },
        [](reconnect_options& o) { o.budget = std::make_shared<reconnect_budget>(0.001, 1.0); },
    };
    constexpr change bad[] = {
        [](reconnect_options& o) { o.backoff.base = o.backoff.floor - 1ns; },
        [](reconnect_options& o) { o.backoff.cap = o.backoff.base - 1ns; },
        [](reconnect_options& o) { o.backoff.factor = 0.999; },
        [](reconnect_options& o) { o.backoff.floor = -1ns; },
        [](reconnect_options& o) { o.stable_after = -1ns; },
        [](reconnect_options& o) { o.budget = std::make_shared<reconnect_budget>(1.0, 0.999); },
        [](reconnect_options& o) { o.budget = std::make_shared<reconnect_budget>(0.0, 1.0); },
    };
    for (std::size_t i = 0; i != std::size(good); ++i) {
        INFO("good options " << i);
        reconnect_options options;
        good[i](options);
        CHECK_FALSE(fails(options));
    }
    for (std::size_t i = 0; i != std::size(bad); ++i) {
        INFO("bad options " << i);
        reconnect_options options;
        bad[i](options);
        CHECK(fails(options));
    }
    CHECK(fails({}, 0));

    reconnect_rig in_use;
    CHECK(in_use.start(false) == reconnect_answer{state::failed, step::give_up});
    CHECK(in_use.machine.last_error() == net::error::invalid_argument);
    CHECK(in_use.start().state == state::connecting);
    CHECK_FALSE(in_use.machine.last_error());
}

TEST_CASE("without memory to go on the client gives up, with no_memory") {
    reconnect_rig rig;
    rig.start();
    rig.fail();
    CHECK(rig.exhaust() == reconnect_answer{state::failed, step::give_up});
    CHECK(rig.machine.last_error() == net::error::no_memory);
    CHECK(rig.start() == reconnect_answer{state::connecting, step::connect});
}

}  // namespace

}  // namespace uplink::tests
