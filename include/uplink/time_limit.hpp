// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How long an operation may take: a duration, counted from the initiation of each operation that it is given
// to, or a time point, so that one bounds a whole conversation. It stores which it is and reads no clock.
// Everything saturates: a limit beyond the clock's range is no limit, one below it has expired.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <chrono>
#include <limits>
#include <ratio>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

/// The duration nearest to `from` that `To` can hold; not-a-number counts as zero.
template <class To, class Rep, class Period>
constexpr To saturating_duration_cast(std::chrono::duration<Rep, Period> from) noexcept {
    using wide = std::chrono::duration<long double, typename To::period>;
    const wide value =
        std::chrono::duration_cast<wide>(std::chrono::duration<long double, Period>(from.count()));
    if (value >= wide((To::max)())) return (To::max)();
    if (value <= wide((To::min)())) return (To::min)();
    const bool is_number = value > wide((To::min)());
    return is_number ? std::chrono::duration_cast<To>(from) : To::zero();
}

template <class TimePoint>
constexpr TimePoint saturating_add(TimePoint start, typename TimePoint::duration amount) noexcept {
    using duration = typename TimePoint::duration;
    if (amount > duration::zero() && start.time_since_epoch() > (duration::max)() - amount)
        return (TimePoint::max)();
    if (amount < duration::zero() && start.time_since_epoch() < (duration::min)() - amount)
        return (TimePoint::min)();
    return start + amount;
}

}  // namespace detail

/// How long one operation may take. Default-constructed: without limit, which also replaces an option's
/// default limit. Zero, negative and past limits have expired: the operation fails at once, posted, with its
/// own timeout code, without having done anything.
template <class Clock> class basic_time_limit {
public:
    using clock_type = Clock;                       ///< the monotonic clock that limits are counted on
    using duration = typename Clock::duration;      ///< of the clock
    using time_point = typename Clock::time_point;  ///< of the clock

    constexpr basic_time_limit() noexcept = default;

    /// Counted from the initiation of each operation that it is given to. Any unit, whole or floating.
    template <class Rep, class Period>
    constexpr basic_time_limit(std::chrono::duration<Rep, Period> length) noexcept
        : kind_(kind::relative), value_(detail::saturating_duration_cast<duration>(length)) {}

    /// Absolute, on the monotonic clock of the client: one bounds a whole conversation.
    constexpr basic_time_limit(time_point when) noexcept
        : kind_(kind::absolute), value_(when.time_since_epoch()) {}

    /// False if default-constructed.
    constexpr bool is_limited() const noexcept { return kind_ != kind::none; }

    /// The absolute end for an operation that is initiated at `now`; time_point::max() means never.
    constexpr time_point deadline(time_point now) const noexcept {
        switch (kind_) {
        case kind::none: break;
        case kind::relative:
            if (value_ == (duration::max)()) break;
            return detail::saturating_add(now, value_);
        case kind::absolute: return time_point(value_);
        }
        return (time_point::max)();
    }

private:
    enum class kind : unsigned char { none, relative, absolute };
    kind kind_ = kind::none;
    duration value_{};
};

}  // namespace uplink
