// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue of a reconnecting client. Sends wait here, in order, while there is no connection; once
// there is one they are given to it, as many as its own queue takes. Those that a lost connection gives back
// without a byte gone wait again, in their old order, before all that came later. The queue links the
// operations and does not own them.
#pragma once

#include <uplink/detail/machine/carried_send_rule.hpp>
#include <uplink/detail/reconnecting/carried_operation.hpp>
#include <uplink/detail/reconnecting/carried_send.hpp>
#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <algorithm>
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

    /// Nothing is queued any more; what has ended and is still in flight does not count.
    bool is_empty() noexcept {
        bool is_anything_left = !waiting_.empty();
        for_each_given([&](const send_type& send) { is_anything_left = is_anything_left || !send.end; });
        return !is_anything_left;
    }
    bool has_waiting() const noexcept { return !waiting_.empty(); }
    std::size_t in_flight() const noexcept { return in_flight_; }
    /// Bytes that have not gone.
    std::size_t bytes() const noexcept {
        return waiting_bytes_ + (link_ ? core_.client().send_queue_bytes() : kept_bytes());
    }
    /// Would a send exceed the limit? There is always room in an empty queue. With a connection that has
    /// taken all that waited, the connection decides; else what waits behind its first send counts, as there.
    bool has_room_for(const send_type& send) const noexcept {
        if (link_ && !waits_for_last_connection_ && waiting_.empty()) return true;
        const std::size_t first =
            link_ && !waits_for_last_connection_ && !given_.empty() ? given_.front().size : 0;
        const std::size_t most = link_ ? send_limit() : core_.options().queue_limit;
        const std::size_t waits = waiting_bytes_ + kept_bytes() - (std::min)(first, kept_bytes());
        return waits == 0 || (waits <= most && send.size <= most - waits);
    }

    void add(send_type& send) {
        if (link_ && !waits_for_last_connection_ && waiting_.empty()) {
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
        waits_for_last_connection_ = in_flight_ != 0;
        give();
    }
    /// The connection is gone. Under loss_policy::fail all sends that were accepted end, else those of which
    /// a byte was sent.
    void lost(loss_policy policy) {
        link_.reset();
        if (policy == loss_policy::fail) end_all(errc::connection_lost);
        check_drains();
    }
    /// A connection has given a send back. Returns what that says about the connection, which gets no more
    /// sends if it can take none.
    carried_send_outcome returned(const link_ptr& link, send_type& send, const error_code& ec,
                                  std::size_t n) {
        const carried_send_outcome outcome =
            decide_returned_send({ec, n, send.end, send.is_cancelled, send.is_cancelled_if_untouched,
                                  link->is_open && core_.client().is_open(), core_.options().on_loss});
        if ((outcome.has_failed || outcome.interrupts) && link == link_) link_.reset();
        take_back(send);
        if (outcome.waits) {
            wait_again(send);
        } else {
            list_type::erase(send);
            send.sent = n;
            send.finish(outcome.error);
        }
        finish_ended();
        if (in_flight_ == 0) restore_order();
        check_drains();
        give();
        return outcome;
    }
    /// Gives to the connection what waits, as much as its queue takes for sure.
    void give() {
        while (link_ && !waits_for_last_connection_ && !waiting_.empty() && fits(waiting_.front())) {
            send_type& send = waiting_.pop_front();
            waiting_bytes_ -= send.size;
            give(send);
        }
        if (!drains_.is_empty() && link_ && waiting_.empty()) watch_drain(link_);
    }

    // --- Early ends ---

    /// The limit of a send that waits has passed.
    void end_waiting(send_type& send, const error_code& ec) {
        if (send.is_in_flight || !send.is_carried() || send.end) return;
        finish_waiting(send, ec);
        check_drains();
        give();  // one behind it may fit
        core_.queue_changed();
    }
    void cancel(send_type& send, net::cancellation_type type) {
        if (!send.is_carried()) return;
        if (!send.is_in_flight) return end_waiting(send, net::error::operation_aborted);
        cancel_in_flight(send, type);
    }
    void cancel_all() {
        for_each_given([this](send_type& send) {
            if (send.is_in_flight) cancel_in_flight(send, net::cancellation_type::terminal);
            else end_in_order(send, net::error::operation_aborted);
        });
        end_all_waiting(net::error::operation_aborted);
        drains_.end_all(net::error::operation_aborted);
        core_.queue_changed();
    }
    /// There is no connection any more. Every send ends with that code: one in flight when it comes back,
    /// unless all of it was sent.
    void end_all(const error_code& ec) {
        link_.reset();
        for_each_given([&](send_type& send) { end_in_order(send, ec); });
        end_all_waiting(ec);
    }
    void end_drains(const error_code& ec) { drains_.end_all(ec); }
    void abandon() noexcept {
        link_.reset();
        while (!given_.empty()) given_.pop_front().abandon_given();
        while (!waiting_.empty()) waiting_.pop_front().abandon();
        drains_.abandon();
    }

    void check_drains() {
        if (!drains_.is_empty() && bytes() <= core_.client().options().send_queue.low_water)
            drains_.end_all({});
    }

private:
    static typename Core::time_limit limit_of(const send_type& send) noexcept {
        using time_limit = typename Core::time_limit;
        return send.deadline == (Core::time_point::max)() ? time_limit() : time_limit(send.deadline);
    }
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
            send.is_in_flight = true;
            send.start(core_.client(), limit_of(send),
                       send_returned<Core>(core_.shared_from_this(), link_, send));
        } catch (...) {
            take_back(send);
            list_type::erase(send);
            send.finish(net::error::no_memory);
        }
    }
    void take_back(send_type& send) noexcept {
        send.is_in_flight = false;
        --in_flight_;
        in_flight_bytes_ -= send.size;
        if (send.end) ended_bytes_ -= send.size;
    }
    /// Bytes in flight of the sends that have not ended.
    std::size_t kept_bytes() const noexcept { return in_flight_bytes_ - ended_bytes_; }
    /// The send has ended with that code, unless it is in flight and goes whole.
    void end_in_order(send_type& send, const error_code& ec) {
        if (send.end) return;
        send.end = ec;
        if (send.is_in_flight) {
            ended_bytes_ += send.size;
        } else {
            waiting_bytes_ -= send.size;
            core_.deadlines().remove(send.limit);
        }
    }
    /// They end behind those in flight: sends complete in the order in which they were started.
    void end_all_waiting(const error_code& ec) {
        while (!waiting_.empty()) {
            send_type& send = waiting_.pop_front();
            given_.push_back(send);
            end_in_order(send, ec);
        }
        finish_ended();
    }
    void finish_ended() {
        while (!given_.empty() && given_.front().end && !given_.front().is_in_flight) {
            send_type& send = given_.pop_front();
            send.finish(*send.end);
        }
    }
    void finish_waiting(send_type& send, const error_code& ec) {
        list_type::erase(send);
        waiting_bytes_ -= send.size;
        send.finish(ec);
    }
    void cancel_in_flight(send_type& send, net::cancellation_type type) {
        (is_set(type, strong_cancellation) ? send.is_cancelled : send.is_cancelled_if_untouched) = true;
        send.cancellation.emit(type);
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
    /// When the connection has been drained, the drains are looked at again.
    void watch_drain(const link_ptr& link) {
        if (std::exchange(link->is_watching_drain, true)) return;
        try {
            core_.client().async_drain([core = core_.shared_from_this(), link](const error_code& ec) {
                link->is_watching_drain = false;
                if (!ec) core->step([&] { core->sends().check_drains(); });
            });
        } catch (...) {  // without memory the drains are looked at when a send comes back
            link->is_watching_drain = false;
        }
    }
    /// Nothing is in flight: what a connection has given back waits before all else.
    void restore_order() {
        while (!given_.empty()) {
            send_type& send = given_.back();
            list_type::erase(send);
            waiting_.push_front(send);
        }
        waits_for_last_connection_ = false;
    }
    Core& core_;
    list_type waiting_;
    list_type
        given_;  ///< to a connection, in order; some have come back, or have ended, and wait for the others
    carried_list<carried_drain<Core>> drains_;
    link_ptr link_{};
    std::size_t waiting_bytes_ = 0;  ///< with those that have come back
    std::size_t in_flight_ = 0;
    std::size_t in_flight_bytes_ = 0;
    std::size_t ended_bytes_ = 0;             ///< of those in flight that have ended
    bool waits_for_last_connection_ = false;  ///< the sends of the last connection have not all come back
};

}  // namespace uplink::detail
