// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A token bucket: limits how many attempts start in a time. Without a free token reserve() takes the next one
// that is not reserved yet, and returns when it will exist. Pure; the time is an argument.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class token_bucket {
public:
    using instant = std::chrono::nanoseconds;  // since the epoch of some monotonic clock

    /// Full at first. `rate` in tokens a second.
    token_bucket(double rate, double burst) noexcept : rate_(rate), burst_(burst), tokens_(burst) {}

    /// Values that are not numbers are not valid either.
    bool is_valid() const noexcept {
        return rate_ > 0 && burst_ >= 1 && std::isfinite(rate_) && std::isfinite(burst_);
    }

    /// Takes a token; returns when it is there, at the earliest `now`.
    instant reserve(instant now) noexcept {
        refill(now);
        tokens_ -= 1;
        if (tokens_ >= 0) return now;
        const double missing = std::ceil(-tokens_ / rate_ * 1e9);
        const double longest = static_cast<double>((std::numeric_limits<instant::rep>::max)()) / 2;
        return last_ + instant(static_cast<instant::rep>((std::min)(missing, longest)));
    }
    /// A token that was reserved is not needed.
    void give_back() noexcept { tokens_ = (std::min)(burst_, tokens_ + 1); }

private:
    void refill(instant now) noexcept {
        if (has_time_ && now > last_) {
            const double passed = static_cast<double>((now - last_).count()) * 1e-9;
            tokens_ = (std::min)(burst_, tokens_ + passed * rate_);
        }
        // Clients on several threads may ask with times that are not in order.
        last_ = has_time_ ? (std::max)(last_, now) : now;
        has_time_ = true;
    }

    double rate_;
    double burst_;
    double tokens_;  ///< negative: so many are reserved that are not there yet
    instant last_{};
    bool has_time_ = false;
};

}  // namespace uplink::detail
