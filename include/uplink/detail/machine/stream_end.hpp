// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The knowledge about the end of the stream on the read side of one connection. An end that has been read
// does not count immediately, because a reset can look like an end: the system is asked whether the
// connection still exists. If a write is in flight that may explain the end, the write has to come back
// first. The receive machine owns this object.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/receive_step.hpp>

#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class stream_end {
public:
    /// An orderly end has been read.
    bool has_come() const noexcept { return has_come_; }
    /// A receive has completed with it.
    bool is_reported() const noexcept { return is_reported_; }
    bool awaits_write() const noexcept { return awaits_write_; }
    bool is_known_or_likely() const noexcept { return has_come_ || awaits_write_; }

    void read() noexcept { must_check_ = true; }
    void report() noexcept { is_reported_ = true; }
    /// async_close has to be notified of the end, again if it has been notified before.
    void ask_to_tell() noexcept { must_tell_ = true; }
    bool take_tell() noexcept { return has_come_ && std::exchange(must_tell_, false); }

    /// The write in flight has come back. True if the end has to be checked again.
    bool write_settled(bool has_failed) noexcept {
        if (std::exchange(awaits_write_, false) && !has_failed) must_check_ = true;
        return must_check_;
    }
    /// Decides by the facts; true if the end is the reset of the connection.
    bool check(const end_facts& facts) noexcept {
        switch (decide_end(facts)) {
        case end_meaning::orderly: has_come_ = must_tell_ = true; break;
        case end_meaning::wait_for_write: awaits_write_ = must_interrupt_write_ = true; break;
        case end_meaning::reset: return true;
        }
        return false;
    }
    /// The next step for the end: interrupt_write, check_end, or wait for none.
    receive_action next() noexcept {
        if (std::exchange(must_interrupt_write_, false)) return receive_action::interrupt_write;
        return std::exchange(must_check_, false) ? receive_action::check_end : receive_action::wait;
    }

private:
    bool has_come_ = false;
    bool is_reported_ = false;
    bool awaits_write_ = false;
    bool must_check_ = false;
    bool must_interrupt_write_ = false;
    bool must_tell_ = false;
};

}  // namespace uplink::detail
