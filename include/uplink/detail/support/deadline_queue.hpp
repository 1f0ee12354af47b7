// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// All deadlines of one client, on one timer. An operation links its entry, and unlinks it when it ends, so a
// deadline cannot reach a later operation. A completion of the timer decides nothing by itself: it only makes
// the queue read the clock. So a completion that comes late, early or after a cancellation does no harm. The
// queue owns the timer and the memory of its wait; the operations own the entries.
#pragma once

#include <uplink/detail/support/deadline_heap.hpp>
#include <uplink/detail/support/operation_memory.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The functions that a deadline queue calls on its owner, the client's core.
template <class Owner>
concept deadline_owner = requires(Owner& owner) {
    typename Owner::executor_type;
    typename Owner::turn_guard;  // begins a turn
    owner.get_executor();
    owner.shared_from_this();
    owner.finish_turn();  // ends a turn
};

template <class Owner, class Timer, class TimePoint> class deadline_queue {
    using entry = deadline_entry<TimePoint>;
    using executor_type = typename Owner::executor_type;
    static constexpr std::size_t memory_size = 64 + 3 * sizeof(executor_type);

public:
    explicit deadline_queue(Owner& owner) : owner_(owner), timer_(owner.get_executor()) {
        static_assert(deadline_owner<Owner>, "the owner of a deadline queue has to be a client's core");
    }

    /// Not called any more after let_go().
    TimePoint now() {
        assert(timer_);
        return timer_->now();
    }

    /// Links the entry; TimePoint::max() means never.
    void add(entry& item, TimePoint at);

    void remove(entry& item) noexcept {
        if (item.is_linked()) entries_.remove(item);
    }

    /// Cancels the timer if there is no deadline, so that the event loop can run out of work. Called after
    /// handlers have run.
    void cancel_idle_timer() noexcept;

    void abandon() noexcept {
        while (!entries_.empty()) entries_.pop_front();
    }

    /// Destroys the timer, which belongs to the context. No deadline may be added afterwards.
    void let_go() noexcept {
        ++generation_;
        waiting_ = false;
        timer_.reset();
    }

private:
    // Asio may call these functions on a handler that it has moved from (work_dispatcher of 1.22.1), so the
    // results do not depend on the shared pointer.
    struct wait_handler {
        using executor_type = typename Owner::executor_type;
        using allocator_type = operation_allocator<void, memory_size>;
        std::shared_ptr<Owner> keep_alive;
        deadline_queue* queue;
        std::uint64_t generation;

        executor_type get_executor() const noexcept { return queue->owner_.get_executor(); }
        allocator_type get_allocator() const noexcept { return allocator_type(queue->memory_); }
        void operator()(const error_code&) { queue->on_timer(generation); }
    };

    void arm();

    /// For the deadlines whose wait ended when the timer was set to another time, or whose wait could not be
    /// started.
    void arm_again() noexcept;

    void on_timer(std::uint64_t generation);

    Owner& owner_;
    std::optional<Timer> timer_;
    deadline_heap<TimePoint> entries_;
    operation_memory<memory_size> memory_;
    TimePoint armed_for_{};
    std::uint64_t generation_ = 0;
    bool waiting_ = false;
};

template <class Owner, class Timer, class TimePoint>
UPLINK_DECL void deadline_queue<Owner, Timer, TimePoint>::add(entry& item, TimePoint at) {
    item.at = at;
    if (at == (TimePoint::max)()) return;
    entries_.add(item);
    try {
        arm();
    } catch (...) {
        remove(item);
        arm_again();
        throw;
    }
}

template <class Owner, class Timer, class TimePoint>
UPLINK_DECL void deadline_queue<Owner, Timer, TimePoint>::cancel_idle_timer() noexcept {
    if (!entries_.empty()) return arm_again();
    if (!waiting_) return;
    waiting_ = false;
    ++generation_;
    try {
        timer_->cancel();
    } catch (...) {  // Asio's cancel has no failure here, only a signature that may throw.
    }
}

template <class Owner, class Timer, class TimePoint>
UPLINK_DECL void deadline_queue<Owner, Timer, TimePoint>::arm() {
    if (entries_.empty()) return;
    const TimePoint first = entries_.front().at;
    if (waiting_ && armed_for_ <= first) return;
    ++generation_;
    waiting_ = false;
    timer_->expires_at(first);
    timer_->async_wait(wait_handler{owner_.shared_from_this(), this, generation_});
    armed_for_ = first;
    waiting_ = true;
}

template <class Owner, class Timer, class TimePoint>
UPLINK_DECL void deadline_queue<Owner, Timer, TimePoint>::arm_again() noexcept {
    try {
        arm();
    } catch (...) {  // No memory: armed again at the end of the next turn.
    }
}

template <class Owner, class Timer, class TimePoint>
UPLINK_DECL void deadline_queue<Owner, Timer, TimePoint>::on_timer(std::uint64_t generation) {
    if (generation != generation_) return;
    waiting_ = false;
    {
        const typename Owner::turn_guard scope(owner_);
        const TimePoint now = timer_->now();
        while (!entries_.empty() && entries_.front().at <= now) entries_.pop_front().expired();
        arm_again();
    }
    owner_.finish_turn();
}

}  // namespace uplink::detail
