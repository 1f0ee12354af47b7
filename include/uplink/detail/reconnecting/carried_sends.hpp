// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue of a reconnecting client. Sends wait here, in order, while there is no connection; once there is one
// they are given to it, as many as its own queue takes. Those that a lost connection gives back without a byte gone
// wait again, in their old order, before all that came later. The queue links the operations and does not own them.
#pragma once

#include <uplink/detail/machine/carried_send_rule.hpp>
#include <uplink/detail/reconnecting/carried_operation.hpp>
#include <uplink/detail/reconnecting/carried_send.hpp>
#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class carried_sends {
    using send_type = carried_send<Core>;
    using link_ptr = std::shared_ptr<typename Core::link_type>;
    using list_type = intrusive_list<send_type, carried_list_tag>;

public:
    explicit carried_sends(Core& core) noexcept : core_(core) {}

    bool is_empty() const noexcept { return waiting_.empty() && given_.empty(); }
    bool has_waiting() const noexcept { return !waiting_.empty(); }
    std::size_t in_flight() const noexcept { return in_flight_; }
    /// Bytes that have not gone.
    std::size_t bytes() const noexcept {
        return waiting_bytes_ + (link_ ? core_.client().send_queue_bytes() : in_flight_bytes_);
    }
    /// For a send that is not the first: would it exceed the limit? With a connection that has taken all that
    /// waited, the connection decides.
    bool has_room_for(const send_type& send) const noexcept {
        if (is_empty() || (link_ && waiting_.empty())) return true;
        const std::size_t most = link_ ? send_limit() : core_.options().queue_limit;
        const std::size_t waits = link_ ? waiting_bytes_ : waiting_bytes_ + in_flight_bytes_;
        return waits <= most && send.size <= most - waits;
    }

    void add(send_type& send) {
        if (link_ && !is_held_ && waiting_.empty()) {
            give(send);
        } else {
            waiting_.push_back(send);
            waiting_bytes_ += send.size;
        }
        give();
    }
    void add(carried_drain<Core>& drain) {
        drains_.add(drain);
        check_drains();
    }
    void end_drain(carried_drain<Core>& drain, const error_code& ec) { drains_.end(drain, ec); }

    // --- The connection ---

    /// A connection is ready. While the last one still has sends, these have to come back first.
    void open(const link_ptr& link) {
        link_ = link;
        is_held_ = in_flight_ != 0;
        give();
    }
    /// The connection is gone. Under loss_policy::fail all sends that were accepted end, else those of which a byte has
    /// gone.
    void lost(loss_policy policy) {
        link_.reset();
        if (policy == loss_policy::fail) end_all(errc::connection_lost);
        check_drains();
    }
    /// A connection has given a send back. Returns what that says about the connection, which gets no more sends if it
    /// can take none.
    carried_send_outcome returned(const link_ptr& link, send_type& send, const error_code& ec,
                                  std::size_t n) {
        const carried_send_outcome outcome = decide_returned_send(
            {ec, n, send.end, send.is_cancelled, send.is_cancelled_if_untouched, core_.options().on_loss});
        if ((outcome.has_failed || outcome.interrupts) && link == link_) link_.reset();
        take_back(send);
        if (outcome.waits) {
            wait_again(send);
        } else {
            list_type::erase(send);
            send.sent = n;
            send.finish(outcome.error);
        }
        if (in_flight_ == 0) restore_order();
        check_drains();
        give();
        return outcome;
    }
    /// Gives to the connection what waits, as much as its queue takes for sure.
    void give() {
        while (link_ && !is_held_ && !waiting_.empty() && fits(waiting_.front())) {
            send_type& send = waiting_.pop_front();
            waiting_bytes_ -= send.size;
            give(send);
        }
        if (!drains_.is_empty() && link_ && waiting_.empty()) core_.watch_drain(link_);
    }

    // --- Early ends ---

    /// The limit of a send that waits has passed.
    void end_waiting(send_type& send, const error_code& ec) {
        if (send.is_in_flight() || !send.is_carried()) return;
        finish_waiting(send, ec);
        check_drains();
        give();  // one behind it may fit
        core_.queue_changed();
    }
    void cancel(send_type& send, net::cancellation_type type) {
        if (!send.is_carried()) return;
        if (!send.is_in_flight()) return end_waiting(send, net::error::operation_aborted);
        cancel_in_flight(send, type);
    }
    void cancel_all() {
        for_each_given([this](send_type& send) {
            if (send.is_in_flight()) cancel_in_flight(send, net::cancellation_type::terminal);
            else finish_waiting(send, net::error::operation_aborted);
        });
        while (!waiting_.empty()) finish_waiting(waiting_.front(), net::error::operation_aborted);
        drains_.end_all(net::error::operation_aborted);
        core_.queue_changed();
    }
    /// There is no connection any more. Every send ends with that code: one in flight when it comes back, unless it has
    /// gone whole.
    void end_all(const error_code& ec) {
        link_.reset();
        for_each_given([&](send_type& send) {
            if (!send.is_in_flight()) finish_waiting(send, ec);
            else if (!send.end) send.end = ec;
        });
        while (!waiting_.empty()) finish_waiting(waiting_.front(), ec);
    }
    void end_drains(const error_code& ec) { drains_.end_all(ec); }
    void abandon() noexcept {
        link_.reset();
        while (!given_.empty()) {
            send_type& send = given_.pop_front();
            if (send.flight) std::exchange(send.flight, nullptr)->send = nullptr;
            send.abandon();
        }
        while (!waiting_.empty()) waiting_.pop_front().abandon();
        drains_.abandon();
    }

    void check_drains() {
        if (!drains_.is_empty() && bytes() <= core_.client().options().send_queue.low_water)
            drains_.end_all({});
    }

private:
    std::size_t send_limit() const noexcept { return core_.client().options().send_queue.limit; }

    bool fits(const send_type& send) const noexcept {
        const std::size_t most = send_limit();
        return in_flight_ == 0 || (in_flight_bytes_ <= most && send.size <= most - in_flight_bytes_);
    }
    void give(send_type& send) {
        core_.deadlines().remove(send.limit);
        given_.push_back(send);
        ++in_flight_;
        in_flight_bytes_ += send.size;
        try {
            send.flight = std::make_shared<send_in_flight<Core>>(send);
            send.start(core_.client(), core_.limit_at(send.deadline),
                       send_returned<Core>(core_.shared_from_this(), link_, send.flight));
        } catch (...) {
            take_back(send);
            list_type::erase(send);
            send.finish(net::error::no_memory);
        }
    }
    void take_back(send_type& send) noexcept {
        send.flight.reset();
        --in_flight_;
        in_flight_bytes_ -= send.size;
    }
    void finish_waiting(send_type& send, const error_code& ec) {
        list_type::erase(send);
        waiting_bytes_ -= send.size;
        send.finish(ec);
    }
    void cancel_in_flight(send_type& send, net::cancellation_type type) {
        (is_set(type, strong_cancellation) ? send.is_cancelled : send.is_cancelled_if_untouched) = true;
        send.flight->cancellation.emit(type);
    }
    template <class Visitor> void for_each_given(Visitor visit) {
        for (send_type* each = given_.empty() ? nullptr : &given_.front(); each != nullptr;) {
            send_type& send = *each;
            each = given_.next(send);
            visit(send);
        }
    }
    void wait_again(send_type& send) {
        waiting_bytes_ += send.size;
        try {
            core_.deadlines().add(send.limit, send.deadline);
        } catch (...) {
            finish_waiting(send, net::error::no_memory);
        }
    }
    /// Nothing is in flight: what a connection has given back waits before all else.
    void restore_order() {
        while (!given_.empty()) {
            send_type& send = given_.back();
            list_type::erase(send);
            waiting_.push_front(send);
        }
        is_held_ = false;
    }
    Core& core_;
    list_type waiting_;
    list_type given_;  ///< to a connection, in order; some have come back, and wait for the others
    carried_list<carried_drain<Core>> drains_;
    link_ptr link_{};
    std::size_t waiting_bytes_ = 0;  ///< with those that have come back
    std::size_t in_flight_ = 0;
    std::size_t in_flight_bytes_ = 0;
    bool is_held_ = false;  ///< the sends of the last connection have not all come back
};

}  // namespace uplink::detail
