// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The knowledge about the read that is in progress on one connection: its kind and its target. The receive
// machine owns this object.
#pragma once

#include <uplink/detail/machine/receive_step.hpp>
#include <uplink/detail/machine/speculative_read_policy.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class read_progress {
public:
    read_progress(bool reads_now, bool spins) noexcept : reads_now_(reads_now), spins_(spins) {}

    bool is_none() const noexcept { return state_ == state::none; }
    bool is_in_flight() const noexcept { return state_ == state::in_flight; }
    bool reads_now() const noexcept { return reads_now_; }
    read_target target() const noexcept { return target_; }

    void receive_started() noexcept { tries_.receive_started(); }
    /// The next read for a receive: first without waiting, if that may find bytes.
    receive_action begin(read_target target) noexcept {
        switch (reads_now_ ? tries_.next(spins_) : speculative_read::none) {
        case speculative_read::none: break;
        case speculative_read::once: return begin(target, state::now, receive_action::read_now);
        case speculative_read::spin: return begin(target, state::now, receive_action::spin);
        }
        return begin_waiting(target);
    }
    /// An asynchronous read.
    receive_action begin_waiting(read_target target) noexcept {
        return begin(target, state::in_flight, receive_action::read);
    }
    /// The asynchronous read has been started, into `room` bytes.
    void started(std::size_t room) noexcept { tries_.read_started(room); }
    /// The read has come back with n bytes.
    void came_back(std::size_t n) noexcept {
        if (is_in_flight()) tries_.read_came_back(n);
        state_ = state::none;
    }
    void end() noexcept {
        state_ = state::none;
        target_ = read_target::none;
    }

private:
    enum class state : unsigned char { none, now, in_flight };

    receive_action begin(read_target target, state kind, receive_action action) noexcept {
        target_ = target;
        state_ = kind;
        return action;
    }

    speculative_read_policy tries_{};
    state state_ = state::none;
    read_target target_ = read_target::none;
    const bool reads_now_;
    const bool spins_;
};

}  // namespace uplink::detail
