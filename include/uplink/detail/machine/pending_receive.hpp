// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The knowledge about the receive that is pending on one connection: what it asks for, how far it is, and,
// when it has ended, its result. The receive machine owns this object.
#pragma once

#include <uplink/detail/machine/receive_step.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class pending_receive {
public:
    bool exists() const noexcept { return exists_; }
    /// Its bytes go into the caller's buffer and not into the state.
    bool is_direct() const noexcept { return is_direct_; }
    /// Its bytes are complete.
    bool is_satisfied() const noexcept { return is_satisfied_; }
    bool is_stopped() const noexcept { return exists_ && is_stopped_; }
    const error_code& stop_error() const noexcept { return stop_error_; }
    /// Of the receive that has ended last.
    const error_code& result() const noexcept { return result_; }
    /// Bytes that it has read from the transport into the state.
    std::size_t received() const noexcept { return received_; }
    /// How many receives have ended with success.
    std::uint64_t completed() const noexcept { return completed_; }

    void start(bool is_direct, end_rule rule) noexcept {
        exists_ = true;
        is_direct_ = is_direct;
        rule_ = rule;
        is_stopped_ = false;
        received_ = 0;
    }
    /// The first stop decides the error.
    void stop(const error_code& why) noexcept {
        if (!std::exchange(is_stopped_, true)) stop_error_ = why;
    }
    void add(std::size_t n) noexcept {
        if (exists_) received_ += n;
    }
    void satisfy(bool is_satisfied) noexcept { is_satisfied_ = is_satisfied; }

    void succeed() noexcept {
        ++completed_;
        end();
        if (result_) result_ = {};
    }
    void fail(const error_code& ec) noexcept {
        end();
        result_ = ec;
    }
    /// The stream has ended in order, and the state has `held` bytes.
    void end_of_stream(std::size_t held) noexcept {
        switch (rule_) {
        case end_rule::success: return succeed();
        case end_rule::eof: return fail(net::error::eof);
        case end_rule::eof_or_truncated:
            return fail(held == 0 ? error_code(net::error::eof) : error_code(errc::truncated));
        }
    }

private:
    void end() noexcept { exists_ = is_satisfied_ = false; }

    error_code stop_error_{};
    error_code result_{};
    std::size_t received_ = 0;
    std::uint64_t completed_ = 0;
    end_rule rule_ = end_rule::success;
    bool exists_ = false;
    bool is_direct_ = false;
    bool is_satisfied_ = false;
    bool is_stopped_ = false;
};

}  // namespace uplink::detail
