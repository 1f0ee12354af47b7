// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The states of a reconnecting client: what follows from each event, when the next attempt is due and on
// which server, and when the client gives up. The table is in <uplink/reconnecting_client.hpp>. Pure: the
// driver reports events with the time at which they happen, and does what the returned step says.
#pragma once

#include <uplink/detail/machine/backoff.hpp>
#include <uplink/detail/machine/retry_rule.hpp>
#include <uplink/detail/machine/server_choice.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What the driver has to do.
enum class reconnect_step : unsigned char {
    nothing,
    connect,         ///< start an attempt on server()
    prepare,         ///< run the session hook
    open,            ///< connected: sends and receives move; stable_at() is to be waited for
    wait,            ///< close what there is; until next_attempt()
    cancel_attempt,  ///< close the client; its connect, or the hook, reports a failure
    close_in_order,  ///< send what is queued, half-close, and read until the end
    end,             ///< stopped: close the client; pending operations end
    give_up,         ///< failed: as above; pending operations end with last_error()
};

/// A failure, and what the user or the default rule makes of it.
struct judged_failure {
    error_code error{};
    retry_verdict verdict = retry_verdict::retry();
    bool was_established = false;  ///< a TCP connection had been made
};

class reconnect_machine {
public:
    using instant = std::chrono::nanoseconds;  // since the epoch of the client's clock

    reconnect_machine(const reconnect_options& options, std::size_t servers, std::uint64_t seed, instant now)
        : options_(options), backoff_(options.backoff, seed), servers_(servers), since_(now) {}

    reconnect_state state() const noexcept { return state_; }
    std::uint64_t generation() const noexcept { return generation_; }
    instant since() const noexcept { return since_; }
    std::size_t failures() const noexcept { return failures_; }
    const std::optional<instant>& next_attempt() const noexcept { return next_attempt_; }
    const error_code& last_error() const noexcept { return last_error_; }
    std::size_t server() const noexcept { return server_; }
    std::uint64_t connections() const noexcept { return connections_; }
    instant attempt_start() const noexcept { return attempt_start_; }
    bool is_stable() const noexcept { return is_stable_; }
    bool will_start_again() const noexcept { return starts_again_; }
    /// When the present connection is stable.
    instant stable_at() const noexcept { return stable_at_; }
    /// A failure is judged before it is reported. Not judged, because they are no failures: the loss of a
    /// stable connection, and all that ends while the client stops.
    bool is_judged() const noexcept {
        return state_ == reconnect_state::connecting || state_ == reconnect_state::preparing ||
               (state_ == reconnect_state::connected && !is_stable_);
    }

    bool has_good_options() const noexcept {
        return servers_.count() != 0 && backoff::is_valid(options_.backoff) &&
               options_.stable_after >= options_.stable_after.zero() &&
               (!options_.budget || options_.budget->is_valid());
    }

    // --- Events, from the user ---

    /// `is_possible`: the options are valid, and the client is not in use.
    reconnect_step start(instant now, bool is_possible) {
        switch (state_) {
        case reconnect_state::idle:
        case reconnect_state::stopped:
        case reconnect_state::failed: return begin(now, is_possible);
        case reconnect_state::stopping: starts_again_ = true; break;
        case reconnect_state::connecting:
        case reconnect_state::preparing:
        case reconnect_state::connected:
        case reconnect_state::waiting: break;
        }
        return reconnect_step::nothing;
    }

    reconnect_step stop(instant now) noexcept {
        switch (state_) {
        case reconnect_state::idle:
        case reconnect_state::failed:
        case reconnect_state::waiting: return end(now);
        case reconnect_state::connecting:
        case reconnect_state::preparing:
            enter(reconnect_state::stopping, now);
            return reconnect_step::cancel_attempt;
        case reconnect_state::connected:
            enter(reconnect_state::stopping, now);
            return reconnect_step::close_in_order;
        case reconnect_state::stopping: starts_again_ = false; break;
        case reconnect_state::stopped: break;
        }
        return reconnect_step::nothing;
    }

    reconnect_step close(instant now) noexcept {
        starts_again_ = false;
        return state_ == reconnect_state::stopped ? reconnect_step::nothing : end(now);
    }

    reconnect_step reconnect_now(instant now) {
        if (state_ != reconnect_state::waiting || has_token_) return reconnect_step::nothing;
        server_ = servers_.choose(now).server;
        return take_token(now);
    }

    /// Called before a failure of the connection is judged: the timer for stable_at() may be late.
    void note_time(instant now) noexcept {
        if (state_ == reconnect_state::connected && now >= stable_at_) begin_anew();
    }
    /// Called by the user, or at stable_at().
    void mark_stable() noexcept {
        if (state_ == reconnect_state::preparing) is_stable_ = true;
        if (state_ == reconnect_state::connected) begin_anew();
    }

    // --- Events, from the connection ---

    reconnect_step attempt_succeeded(instant now) noexcept {
        if (state_ != reconnect_state::connecting) return reconnect_step::nothing;
        is_stable_ = false;
        enter(reconnect_state::preparing, now);
        return reconnect_step::prepare;
    }
    /// Also if the hook has failed, or if a loss was noticed at its end.
    reconnect_step attempt_failed(instant now, const judged_failure& failure) {
        if (state_ != reconnect_state::connecting && state_ != reconnect_state::preparing)
            return reconnect_step::nothing;
        return failed(now, failure, failure.was_established ? now : attempt_start_);
    }
    reconnect_step prepared(instant now) noexcept {
        if (state_ != reconnect_state::preparing) return reconnect_step::nothing;
        ++connections_;
        rule_.succeeded();
        stable_at_ = later(now, options_.stable_after);
        enter(reconnect_state::connected, now);
        if (is_stable_ || stable_at_ <= now) begin_anew();
        return reconnect_step::open;
    }
    /// The connection is gone.
    reconnect_step lost(instant now, const judged_failure& failure);
    /// What was closed in order, or cancelled, has ended.
    reconnect_step ended(instant now) noexcept {
        return state_ == reconnect_state::stopping ? end(now) : reconnect_step::nothing;
    }
    /// True if start() was called while stopping. To be called after ended(); then start() has to be called.
    bool take_restart() noexcept {
        return state_ == reconnect_state::stopped && std::exchange(starts_again_, false);
    }
    /// There is no memory to go on.
    reconnect_step exhausted(instant now) noexcept {
        if (std::exchange(has_token_, false)) options_.budget->give_back();
        last_error_ = net::error::no_memory;
        enter(reconnect_state::failed, now);
        return reconnect_step::give_up;
    }

    // --- Time ---

    /// next_attempt() has come.
    reconnect_step timer(instant now);

    /// The default rule has to see each failure, also if the user's rule decides.
    retry_verdict judge(failure_kind kind, const error_code& ec) noexcept { return rule_.judge(kind, ec); }

private:
    /// At most the end of the clock.
    static instant later(instant from, instant delay) noexcept;
    void enter(reconnect_state next, instant now) noexcept;

    reconnect_step begin(instant now, bool is_possible) {
        last_error_ = {};
        failures_ = 0;
        if (!is_possible) {
            last_error_ = net::error::invalid_argument;
            enter(reconnect_state::failed, now);
            return reconnect_step::give_up;
        }
        begin_anew();
        is_stable_ = false;
        rule_.succeeded();
        servers_.begin_anew();
        server_ = 0;
        return take_token(now);
    }
    void begin_anew() noexcept {
        is_stable_ = true;
        failures_ = 0;
        servers_.forget_failures();
    }

    /// The attempt on server_ starts now, or when the budget has a token.
    reconnect_step take_token(instant now) noexcept;
    reconnect_step connect(instant now) noexcept {
        has_token_ = false;
        attempt_start_ = now;
        enter(reconnect_state::connecting, now);
        return reconnect_step::connect;
    }

    reconnect_step failed(instant now, const judged_failure& failure, instant counted_from);

    reconnect_step end(instant now) noexcept {
        if (std::exchange(has_token_, false)) options_.budget->give_back();
        enter(reconnect_state::stopped, now);
        return reconnect_step::end;
    }

    const reconnect_options options_;
    backoff backoff_;
    server_choice servers_;
    retry_rule_by_default rule_{};
    reconnect_state state_ = reconnect_state::idle;
    std::uint64_t generation_ = 0;
    instant since_;
    std::optional<instant> next_attempt_{};
    instant attempt_start_{};
    instant stable_at_{};
    error_code last_error_{};
    std::size_t failures_ = 0;
    std::size_t server_ = 0;
    std::uint64_t connections_ = 0;
    bool is_stable_ = false;     ///< the present connection
    bool starts_again_ = false;  ///< start() was called while stopping
    bool has_token_ = false;     ///< of the budget, for the attempt that is waited for
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/reconnect_machine.ipp>
#endif
