// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a lookup on another thread knows of one that asked: its interest in the answer, which ends with the object, and
// where it notes when the lookup began. The times are those of the resolver's clock.
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

    /// By the resolver, before any other thread sees this.
    void asked(time_point now) noexcept { asked_at_ = now; }

    /// By the resolver, from any thread; the first call counts.
    void begins(time_point now) noexcept {
        nanoseconds none = never;
        waited_.compare_exchange_strong(none, now - asked_at_);
    }
    /// The lookup goes on since the question was put.
    void begins_at_once() noexcept { waited_ = nanoseconds::zero(); }

    /// Since the question was put; none: it has not begun.
    std::optional<nanoseconds> began() const noexcept {
        const nanoseconds waited = waited_;
        return waited == never ? std::nullopt : std::optional(waited);
    }

private:
    static constexpr nanoseconds never = (nanoseconds::min)();

    time_point asked_at_{};
    std::atomic<nanoseconds> waited_{never};
};

}  // namespace uplink::detail
