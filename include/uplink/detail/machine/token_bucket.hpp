// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A token bucket: limits how many attempts start in a time. Without a free token reserve() takes the next one
// that is not reserved yet, and returns when it will exist. Pure; the time is an argument. It counts in whole
// nanoseconds, so that every machine gives the same times.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class token_bucket {
public:
    using instant = std::chrono::nanoseconds;  // since the epoch of some monotonic clock

    /// Full at first. `rate` in tokens a second.
    token_bucket(double rate, double burst) noexcept
        : rate_(rate), burst_(burst), interval_(whole(std::ceil(1e9 / rate), longest)),
          fill_time_(whole(burst * static_cast<double>(interval_), 2 * longest)) {}

    /// Values that are not numbers are not valid either.
    bool is_valid() const noexcept {
        return rate_ > 0 && burst_ >= 1 && std::isfinite(rate_) && std::isfinite(burst_);
    }

    /// Takes a token; returns when it is there, at the earliest `now`.
    instant reserve(instant now) noexcept {
        refill(now);
        missing_ += (std::min)(interval_, most - missing_);
        if (missing_ <= fill_time_) return now;
        return last_ + instant(static_cast<instant::rep>((std::min)(missing_ - fill_time_, longest)));
    }
    /// A token that was reserved is not needed.
    void give_back() noexcept { missing_ -= (std::min)(interval_, missing_); }

private:
    static constexpr std::uint64_t longest = std::uint64_t{1} << 62;  ///< 146 years
    static constexpr std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();

    /// The whole part of `value`, at most `limit`. A value that is not a number becomes `limit`.
    static std::uint64_t whole(double value, std::uint64_t limit) noexcept {
        return value < static_cast<double>(limit) ? static_cast<std::uint64_t>((std::max)(value, 0.0))
                                                  : limit;
    }
    void refill(instant now) noexcept {
        // Clients on several threads may ask with times that are not in order.
        if (has_time_ && now <= last_) return;
        if (has_time_) missing_ -= (std::min)(static_cast<std::uint64_t>((now - last_).count()), missing_);
        last_ = now;
        has_time_ = true;
    }

    double rate_;
    double burst_;
    std::uint64_t interval_;     ///< from one token to the next
    std::uint64_t fill_time_;    ///< from an empty bucket to a full one
    std::uint64_t missing_ = 0;  ///< until it is full; above fill_time_ while reserved tokens do not exist
    instant last_{};
    bool has_time_ = false;
};

}  // namespace uplink::detail
