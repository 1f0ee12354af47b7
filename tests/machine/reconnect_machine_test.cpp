// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The rules of the reconnect machine beside its table: generations, start and stop, and what can't go on. The rules of
// stability, verdicts and times, servers, and budget have files of their own.
#include <uplink/detail/machine/reconnect_machine.hpp>

#include "machine/reconnect_rig.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
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
