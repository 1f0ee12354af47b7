// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of reconnect_machine.hpp.
#pragma once

#include <uplink/detail/machine/backoff.hpp>
#include <uplink/detail/machine/reconnect_machine.hpp>
#include <uplink/detail/machine/server_choice.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/reconnect_options.hpp>

#include <algorithm>
#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL reconnect_step reconnect_machine::lost(instant now, const judged_failure& failure) {
    if (state_ != reconnect_state::connected) return reconnect_step::nothing;
    if (!is_stable_) return failed(now, failure, now);
    last_error_ = failure.error;
    servers_.worked(server_);
    next_attempt_ = later(now, backoff_.after_stable_loss());
    enter(reconnect_state::waiting, now);
    return reconnect_step::wait;
}

UPLINK_DECL reconnect_step reconnect_machine::timer(instant now) {
    if (state_ != reconnect_state::waiting || !next_attempt_ || *next_attempt_ > now)
        return reconnect_step::nothing;
    if (has_token_) return connect(now);
    server_ = servers_.choose(now).server;
    return take_token(now);
}

UPLINK_DECL reconnect_machine::instant reconnect_machine::later(instant from, instant delay) noexcept {
    return from + (std::min)(delay, (instant::max)() - from);
}

UPLINK_DECL void reconnect_machine::enter(reconnect_state next, instant now) noexcept {
    state_ = next;
    ++generation_;
    since_ = now;
    if (next != reconnect_state::waiting) next_attempt_.reset();
}

UPLINK_DECL reconnect_step reconnect_machine::take_token(instant now) noexcept {
    const instant at = options_.budget ? options_.budget->reserve(now) : now;
    has_token_ = static_cast<bool>(options_.budget);
    if (at <= now) return connect(now);
    if (state_ != reconnect_state::waiting) enter(reconnect_state::waiting, now);
    next_attempt_ = at;
    return reconnect_step::wait;
}

UPLINK_DECL reconnect_step reconnect_machine::failed(instant now, const judged_failure& failure,
                                                     instant counted_from) {
    last_error_ = failure.error;
    ++failures_;
    const std::size_t in_a_row = servers_.add_failure(server_);
    if (failure.verdict.is_stop() || (options_.max_failures != 0 && failures_ >= options_.max_failures)) {
        enter(reconnect_state::failed, now);
        return reconnect_step::give_up;
    }
    const instant delay =
        failure.verdict.delay() ? *failure.verdict.delay() : backoff_.after_failure(in_a_row);
    const instant from = failure.verdict.delay() ? now : counted_from;
    servers_.failed(server_, later(from, delay));
    if (state_ == reconnect_state::connected) servers_.worked(server_);
    enter(reconnect_state::waiting, now);
    next_attempt_ = servers_.choose(now).at;
    return reconnect_step::wait;
}

}  // namespace uplink::detail
