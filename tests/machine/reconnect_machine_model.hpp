// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A model of the reconnect machine, for random sequences of events: the table of states as a table, and the rules
// beside it in the plainest way. The random numbers of the back-off and the tokens of the budget are drawn from a
// backoff and a token_bucket of its own, which have tests of their own: a draw or a token too many or too few shows in
// every later time.
#pragma once

#include <uplink/detail/machine/backoff.hpp>
#include <uplink/detail/machine/reconnect_machine.hpp>
#include <uplink/detail/machine/token_bucket.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace uplink::tests {

/// `rest` is what a client that stops hears when what was going on has ended.
enum class modelled_event { start, stop, close, connected, failed, prepared, lost, rest, timer, now, stable };

class modelled_reconnect {
public:
    using nanoseconds = std::chrono::nanoseconds;
    using state = reconnect_state;
    using step = detail::reconnect_step;

    modelled_reconnect(const reconnect_options& options, std::size_t count, std::uint64_t seed,
                       detail::token_bucket* bucket)
        : options_(options), draws_(options.backoff, seed), bucket_(bucket), servers_(count) {}

    state now_in = state::idle;
    std::uint64_t generation = 0;
    std::size_t failures = 0;
    std::size_t server = 0;
    std::uint64_t connections = 0;
    std::optional<nanoseconds> next{};
    nanoseconds attempt_start{};
    bool is_stable = false;
    bool starts_again = false;
    bool has_token = false;
    error_code error{};

    /// Where the table says an event leads to, if it leads anywhere: c, p, C, w, s, x (stopped); f for "waiting or
    /// failed"; '.' for nothing. In the order of the enumerations.
    static char table(state from, modelled_event event) {
        //                            start, stop, close, connected, failed, prepared, lost, rest, timer, now, stable
        constexpr const char* rows[] = {
            "cxx........",  // idle
            ".sxpf......",  // connecting
            ".sx.fC.....",  // preparing
            ".sx...f....",  // connected
            ".xx.....cc.",  // waiting
            "..x....x...",  // stopping
            "c..........",  // stopped
            "cxx........",  // failed
        };
        return rows[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
    }

    step happen(modelled_event event, nanoseconds now, bool is_possible = true,
                const detail::judged_failure& failure = {}) {
        if (now_in == state::stopping) {
            if (event == modelled_event::start) starts_again = true;
            if (event == modelled_event::stop || event == modelled_event::close) starts_again = false;
        }
        if (event == modelled_event::stable) mark();
        if (event == modelled_event::timer && (!next || *next > now)) return step::nothing;
        if (event == modelled_event::now && has_token) return step::nothing;
        const state from = now_in;
        switch (table(from, event)) {
        case '.': return step::nothing;
        case 'x':
            give_back();
            enter(state::stopped);
            return step::end;
        case 's':
            enter(state::stopping);
            return from == state::connected ? step::close_in_order : step::cancel_attempt;
        case 'p':
            is_stable = false;
            enter(state::preparing);
            return step::prepare;
        case 'C':
            ++connections;
            enter(state::connected);
            if (options_.stable_after == nanoseconds::zero()) is_stable = true;
            if (is_stable) mark();
            return step::open;
        case 'f': return fail(from, now, failure);
        case 'c': return event == modelled_event::start ? begin(now, is_possible) : next_one(now);
        default: return step::nothing;
        }
    }

private:
    struct server_times {
        std::size_t failures = 0;
        nanoseconds not_before = (nanoseconds::min)();
    };

    void enter(state to) {
        now_in = to;
        ++generation;
        if (to != state::waiting) next.reset();
    }
    void give_back() {
        if (has_token) bucket_->give_back();
        has_token = false;
    }
    void mark() {
        if (now_in == state::preparing) is_stable = true;
        if (now_in != state::connected) return;
        is_stable = true;
        failures = 0;
        for (server_times& each : servers_) each = {};
    }
    step begin(nanoseconds now, bool is_possible) {
        error = {};
        failures = 0;
        if (!is_possible) {
            error = net::error::invalid_argument;
            enter(state::failed);
            return step::give_up;
        }
        server = 0;
        order_ = 0;
        for (server_times& each : servers_) each = {};
        return ask_budget(now);
    }
    step fail(state from, nanoseconds now, const detail::judged_failure& failure) {
        error = failure.error;
        if (from == state::connected && is_stable) {
            order_ = server;
            enter(state::waiting);
            next = now + draws_.after_stable_loss();
            return step::wait;
        }
        ++failures;
        server_times& mine = servers_[server];
        ++mine.failures;
        if (failure.verdict.is_stop() || (options_.max_failures != 0 && failures == options_.max_failures)) {
            enter(state::failed);
            return step::give_up;
        }
        if (const auto exact = failure.verdict.delay()) mine.not_before = now + *exact;
        else {
            const bool had_connection = from == state::connected || failure.was_established;
            mine.not_before = (had_connection ? now : attempt_start) + draws_.after_failure(mine.failures);
        }
        order_ = from == state::connected ? server : (server + 1) % servers_.size();
        enter(state::waiting);
        next = (nanoseconds::max)();
        for (const server_times& each : servers_) next = (std::min)(*next, (std::max)(now, each.not_before));
        return step::wait;
    }
    /// The timer, or the user's wish.
    step next_one(nanoseconds now) {
        if (has_token) return connect(now);
        const std::size_t count = servers_.size();
        std::size_t best = order_;
        for (std::size_t i = 0; i != count; ++i) {
            const std::size_t each = (order_ + i) % count;
            const auto time = [&](std::size_t index) { return (std::max)(now, servers_[index].not_before); };
            if (time(each) < time(best)) best = each;
        }
        server = best;
        return ask_budget(now);
    }
    step ask_budget(nanoseconds now) {
        const nanoseconds at = bucket_ != nullptr ? bucket_->reserve(now) : now;
        if (at <= now) return connect(now);
        has_token = true;
        if (now_in != state::waiting) enter(state::waiting);
        next = at;
        return step::wait;
    }
    step connect(nanoseconds now) {
        has_token = false;
        attempt_start = now;
        enter(state::connecting);
        return step::connect;
    }

    const reconnect_options& options_;
    detail::backoff draws_;
    detail::token_bucket* bucket_;
    std::vector<server_times> servers_;
    std::size_t order_ = 0;
};

}  // namespace uplink::tests
