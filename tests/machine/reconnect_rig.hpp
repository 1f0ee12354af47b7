// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnect machine with a clock, for tests: each event happens now. What holds for every event is checked at each:
// the generation counts changes of state and nothing else, and there is a next attempt while waiting only.
#pragma once

#include <uplink/detail/machine/reconnect_machine.hpp>

#include "support/catch.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace uplink::tests {

inline const char* name_of(reconnect_state state) {
    constexpr std::array names = {"idle",    "connecting", "preparing", "connected",
                                  "waiting", "stopping",   "stopped",   "failed"};
    return names.at(static_cast<std::size_t>(state));
}
inline const char* name_of(detail::reconnect_step step) {
    constexpr std::array names = {"nothing", "connect",        "prepare",        "open",   "wait",
                                  "cancel",  "close in order", "close and stop", "give up"};
    return names.at(static_cast<std::size_t>(step));
}

/// What an event has led to.
struct reconnect_answer {
    reconnect_state state;
    detail::reconnect_step step;

    friend bool operator==(const reconnect_answer&, const reconnect_answer&) = default;
    friend std::ostream& operator<<(std::ostream& out, const reconnect_answer& answer) {
        return out << name_of(answer.state) << " (" << name_of(answer.step) << ")";
    }
};

class reconnect_rig {
public:
    using nanoseconds = std::chrono::nanoseconds;
    using step = detail::reconnect_step;

    explicit reconnect_rig(reconnect_options options = {}, std::size_t servers = 1, std::uint64_t seed = 7)
        : budget(options.budget), machine(options, servers, seed, now), draws(options.backoff, seed) {}

    const std::shared_ptr<reconnect_budget> budget;
    nanoseconds now = std::chrono::hours(1);
    detail::reconnect_machine machine;
    detail::backoff draws;  ///< the waits that are due, in the order in which the machine draws them

    // --- Events ---

    reconnect_answer start(bool is_possible = true) {
        return happens([&] { return machine.start(now, is_possible && machine.has_good_options()); });
    }
    reconnect_answer stop() {
        return happens([&] { return machine.stop(now); });
    }
    reconnect_answer close() {
        return happens([&] { return machine.close(now); });
    }
    reconnect_answer reconnect_now() {
        return happens([&] { return machine.reconnect_now(now); });
    }
    reconnect_answer mark_stable() {
        return happens([&] {
            machine.mark_stable();
            return step::nothing;
        });
    }
    reconnect_answer succeed() {
        return happens([&] { return machine.attempt_succeeded(now); });
    }
    reconnect_answer fail(const retry_verdict& verdict = retry_verdict::retry(), bool was_established = false,
                          const error_code& ec = net::error::connection_refused) {
        return happens([&] { return machine.attempt_failed(now, {ec, verdict, was_established}); });
    }
    reconnect_answer prepare() {
        return happens([&] { return machine.prepared(now); });
    }
    reconnect_answer lose(const retry_verdict& verdict = retry_verdict::retry(),
                          const error_code& ec = net::error::eof) {
        return happens([&] { return machine.lost(now, {ec, verdict, true}); });
    }
    reconnect_answer end() {
        return happens([&] { return machine.ended(now); });
    }
    reconnect_answer timer() {
        return happens([&] { return machine.timer(now); });
    }
    reconnect_answer exhaust() {
        return happens([&] { return machine.exhausted(now); });
    }

    // --- Several at once ---

    /// From a state in which start() connects.
    void connect() {
        start();
        expect(reconnect_state::connecting);
        open();
    }
    /// The attempt under way succeeds, and its hook too.
    void open() {
        succeed();
        prepare();
        expect(reconnect_state::connected);
    }
    void connect_stable() {
        connect();
        now = machine.stable_at();
        mark_stable();
    }
    /// Waits until the next attempt is due, and starts it.
    void wait() {
        expect(reconnect_state::waiting);
        now = *machine.next_attempt();
        timer();
    }

    nanoseconds time_to_wait() const { return machine.next_attempt().value() - now; }

    /// A precondition of a test.
    void expect(reconnect_state state) const {
        if (machine.state() != state) throw std::logic_error(name_of(machine.state()));
    }

private:
    template <class Event> reconnect_answer happens(Event event) {
        const reconnect_state before = machine.state();
        const std::uint64_t generation = machine.generation();
        const nanoseconds since = machine.since();
        const step answer = event();
        const bool has_changed = machine.state() != before;
        CHECK(machine.generation() - generation == (has_changed ? 1 : 0));
        CHECK(machine.since() == (has_changed ? now : since));
        CHECK(machine.next_attempt().has_value() == (machine.state() == reconnect_state::waiting));
        return {machine.state(), answer};
    }
};

/// For budgets in tests.
inline reconnect_options with_budget(double attempts_per_second, double burst) {
    reconnect_options options;
    options.budget = std::make_shared<reconnect_budget>(attempts_per_second, burst);
    return options;
}

}  // namespace uplink::tests
