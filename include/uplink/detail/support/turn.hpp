// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The turns of one client. A turn is the time between two moments at which the handlers of the client may be
// called. It is a step of I/O on the event loop, a deadline, or a call of one of the client's functions.
// Operations that are decided in a turn go to the completion queue. A turn on the event loop calls their
// handlers at its end, after everything else; any other turn posts them. Turns nest if the user's code calls
// the client within a turn; only the end of the outermost one counts. The core owns the turn object, which
// owns the completion queue and the deadline queue.
#pragma once

#include <uplink/detail/support/client_service.hpp>
#include <uplink/detail/support/completion_queue.hpp>
#include <uplink/detail/support/deadline_queue.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/time_limit.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The functions that a turn calls on its owner, the client's core.
template <class Owner>
concept turn_owner = std::derived_from<Owner, registered_client> && requires(Owner& owner) {
    owner.get_executor();
    owner.shared_from_this();
    owner.free_retired();     // closed connections, which must not be freed during a turn
    owner.resume_deferred();  // sends that are deferred until the handlers have been called
    owner.let_go_if_done();   // lets the context go when the client is gone
};

template <class Owner, class Timer, class TimePoint> class turn {
public:
    using completions_type = completion_queue<Owner>;
    using deadlines_type = deadline_queue<Owner, Timer, TimePoint>;

    explicit turn(Owner& owner) : owner_(owner), completions_(owner), deadlines_(owner) {
        static_assert(turn_owner<Owner>, "the owner of a turn has to be a client's core");
    }
    ~turn() { turn_of_clients::leave(owner_); }

    /// Guards against re-entrancy: while one exists the turn is going on, and the owner frees no closed
    /// connection. The outermost marks this client as the active one of its thread.
    class guard {
    public:
        explicit guard(turn& of) noexcept : turn_(of) {
            if (turn_.depth_++ == 0 && turn_of_clients::take(turn_.owner_)) turn_.other_clients_ran_ = true;
        }
        guard(const guard&) = delete;
        guard& operator=(const guard&) = delete;
        ~guard() { --turn_.depth_; }

    private:
        turn& turn_;
    };

    completions_type& completions() noexcept { return completions_; }
    deadlines_type& deadlines() noexcept { return deadlines_; }
    bool is_going_on() const noexcept { return depth_ != 0; }
    /// True if another client has run on this thread since the last call; resets the flag.
    bool take_other_clients_ran() noexcept { return std::exchange(other_clients_ran_, false); }

    /// Call last, from the event loop: calls the handlers.
    void finish();
    /// Call last, from everywhere else: posts the handlers.
    void finish_call() noexcept;

    template <class Entry>
    void restart_idle(Entry& entry, const std::optional<std::chrono::nanoseconds>& timeout) noexcept {
        if (!timeout) return;
        try {
            deadlines_.remove(entry);
            deadlines_.add(entry,
                           saturating_add(deadlines_.now(),
                                          saturating_duration_cast<typename TimePoint::duration>(*timeout)));
        } catch (...) {  // No memory for the timer's wait: this pause is not measured.
        }
    }

private:
    Owner& owner_;
    completions_type completions_;
    deadlines_type deadlines_;
    std::size_t depth_ = 0;
    bool other_clients_ran_ = false;
};

template <class Owner, class Timer, class TimePoint>
UPLINK_DECL void turn<Owner, Timer, TimePoint>::finish() {
    struct leave {
        Owner& owner;
        ~leave() { owner.let_go_if_done(); }
    } const leaving{owner_};
    owner_.free_retired();
    completions_.run();
}

template <class Owner, class Timer, class TimePoint>
UPLINK_DECL void turn<Owner, Timer, TimePoint>::finish_call() noexcept {
    owner_.free_retired();
    completions_.post();
}

}  // namespace uplink::detail
