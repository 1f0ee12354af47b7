// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The reconnect machine with a budget that it shares with others.
#include <uplink/detail/machine/reconnect_machine.hpp>

#include "machine/reconnect_rig.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstddef>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using state = reconnect_state;
using step = detail::reconnect_step;

TEST_CASE("every attempt takes a token, the first too, and without one the client waits and does not fail") {
    const reconnect_options options = with_budget(1, 2);
    reconnect_rig rig(options);
    rig.start();
    CHECK(rig.machine.state() == state::connecting);
    rig.stop();
    rig.end();
    rig.start();
    CHECK(rig.machine.state() == state::connecting);
    rig.stop();
    rig.end();
    CHECK(rig.start() == reconnect_answer{state::waiting, step::wait});  // from stopped to waiting
    CHECK(rig.time_to_wait() == 1s);
    CHECK(rig.machine.failures() == 0);
    rig.now += 1s - 1ns;
    CHECK(rig.timer() == reconnect_answer{state::waiting, step::nothing});
    rig.now += 1ns;
    CHECK(rig.timer() == reconnect_answer{state::connecting, step::connect});
    CHECK(rig.machine.attempt_start() == rig.now);
}

TEST_CASE("a back-off or a retry_after that is over waits for a token, in one stay in waiting") {
    reconnect_rig rig(with_budget(0.1, 1));
    rig.start();
    rig.fail(retry_verdict::retry_after(3s));
    CHECK(rig.time_to_wait() == 3s);
    rig.now += 3s;
    CHECK(rig.timer() == reconnect_answer{state::waiting, step::wait});
    CHECK(rig.time_to_wait() == 7s);
    rig.wait();
    CHECK(rig.machine.state() == state::connecting);
}

TEST_CASE("a stable loss waits U(0, base), and then for a token, and the server is the same") {
    reconnect_rig rig(with_budget(0.01, 1), 2);
    rig.start();
    rig.open();
    rig.mark_stable();
    rig.lose();
    CHECK(rig.time_to_wait() == rig.draws.after_stable_loss());
    rig.now = *rig.machine.next_attempt();
    CHECK(rig.timer() == reconnect_answer{state::waiting, step::wait});
    rig.wait();
    CHECK(rig.machine.state() == state::connecting);
    CHECK(rig.machine.server() == 0);
    CHECK(rig.now >= 1h + 100s);
    CHECK(rig.now <= 1h + 100s + 1ns);  // rounded up
}

TEST_CASE("reconnect_now() keeps to the budget, and asks it once") {
    const reconnect_options options = with_budget(0.1, 1);
    reconnect_rig rig(options);
    rig.start();
    rig.fail(retry_verdict::retry_after(1h));
    rig.now += 1s;
    CHECK(rig.reconnect_now() == reconnect_answer{state::waiting, step::wait});
    CHECK(rig.time_to_wait() == 9s);
    rig.now += 1s;
    CHECK(rig.reconnect_now() == reconnect_answer{state::waiting, step::nothing});
    CHECK(rig.time_to_wait() == 8s);
    rig.wait();
    CHECK(rig.machine.state() == state::connecting);
    CHECK(options.budget->reserve(rig.now) == rig.now + 10s);  // two attempts have taken two tokens
}

TEST_CASE("a client that ends while it waits for a token gives it back, and only then") {
    using end = reconnect_answer (reconnect_rig::*)();
    for (const end way :
         {end{&reconnect_rig::stop}, end{&reconnect_rig::close}, end{&reconnect_rig::exhaust}}) {
        const reconnect_options options = with_budget(0.1, 1);
        reconnect_rig first(options);
        reconnect_rig second(options);
        first.start();
        second.start();
        CHECK(second.time_to_wait() == 10s);
        (second.*way)();
        CHECK(second.machine.state() != state::waiting);
        CHECK(second.start() == reconnect_answer{state::waiting, step::wait});
        CHECK(second.time_to_wait() == 10s);  // not 20 s

        // One that waits for its back-off has no token to give back.
        first.fail(retry_verdict::retry_after(1h));
        (first.*way)();
        first.start();
        CHECK(first.time_to_wait() == 20s);
        // Nor has one whose attempt has started.
        second.wait();
        (second.*way)();
        first.stop();
        first.start();
        CHECK(first.time_to_wait() == 20s);
    }
}

TEST_CASE("clients that share a budget start within it, each at its own time") {
    const reconnect_options options = with_budget(10, 5);
    std::size_t at_once = 0;
    for (int i = 0; i != 25; ++i) {
        reconnect_rig rig(options);
        if (rig.start().step == step::connect) ++at_once;
        else CHECK(rig.time_to_wait() == 100ms * (i - 4));
    }
    CHECK(at_once == 5);
}

}  // namespace

}  // namespace uplink::tests
