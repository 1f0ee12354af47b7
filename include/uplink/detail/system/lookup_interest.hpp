// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The link between a lookup on another thread and an operation that asked for it. The object exists for as
// long as its owner wants the answer; the lookup refers to it weakly. It also records when the lookup began,
// by the resolver's clock.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <atomic>
#include <chrono>
#include <optional>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class lookup_interest {
public:
    using nanoseconds = std::chrono::nanoseconds;
    using time_point = std::chrono::steady_clock::time_point;

    /// Called by the resolver, before any other thread sees this object.
    void asked(time_point now) noexcept { asked_at_ = now; }

    /// Called by the resolver, from any thread; the first call counts.
    void begins(time_point now) noexcept;
    /// The lookup begins together with the question.
    void begins_at_once() noexcept;

    /// The time from the question to the beginning of the lookup; none if it has not begun.
    std::optional<nanoseconds> began() const noexcept;

private:
    static constexpr nanoseconds never = (nanoseconds::min)();

    time_point asked_at_{};
    std::atomic<nanoseconds> waited_{never};
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/system/impl/lookup_interest.ipp>
#endif
