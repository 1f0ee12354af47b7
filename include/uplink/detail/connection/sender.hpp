// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The write side of one connection: sends wait in the order started, one write is in flight, and it takes
// as many of them as it can. machine/outcome.hpp decides, between two writes, how each send ends; the queue
// only counts and does as told. The bytes of a send are the caller's or the operation's own, and it ends
// only when no write can touch them any more.
//
// A write is tried at once where the stream can say that it would block: what the system takes then needs no
// turn of the event loop. While completions wait to be told, though, sends only queue up: their handlers may
// well start more, and all leave together when they have been called, or before a receive spins for the
// answer.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/write_limit_policy.hpp>
#include <uplink/detail/connection/drain_list.hpp>
#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/connection/send_operation.hpp>
#include <uplink/detail/connection/transfer_handler.hpp>
#include <uplink/net.hpp>
#include <uplink/detail/support/intrusive_list.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core> class sender {
    using item = send_item<Core>;

public:
    sender(Core& core, connection<Core>& owner) noexcept : core_(core), connection_(owner) {}

    bool is_in_flight() const noexcept { return in_flight_; }
    /// Nothing waits or is in flight.
    bool is_idle() const noexcept { return items_.empty() && !in_flight_ && drains_.is_empty(); }
    /// The half-close has been made, or is in the queue: nothing may be sent behind it.
    bool is_ending() const noexcept { return half_closes_ != 0 || write_side_ended_ || closing_; }
    bool write_side_ended() const noexcept { return write_side_ended_; }
    bool is_interrupted() const noexcept { return interrupted_; }
    std::size_t queued_bytes() const noexcept { return queued_bytes_; }

    /// A send into an empty queue is always taken; the limit is for what waits behind a write.
    bool has_room_for(const item& send, std::size_t limit) const noexcept {
        if (queue_is_empty() || send.kind != send_kind::bytes) return true;
        const item& front = items_.front();
        const std::size_t behind_it = waiting_bytes_ - (front.begun ? 0 : front.size);
        return send.size <= limit && behind_it <= limit - send.size;
    }

    /// Before a send is accepted: makes what it will hardly do without. Throws std::bad_alloc.
    void prepare_for(const item& send) {
        if (send.size == 0) return;
        const bool is_soon_gone =
            may_skip_the_queue(send) && (send.size <= write_limit_policy::shared || send.kind != send_kind::bytes);
        if (!is_soon_gone && !has_prepared()) throw std::bad_alloc();
    }

    void start(item& send) {
        if (may_skip_the_queue(send) && write_directly(send)) return;
        items_.push_back(send);
        if (send.kind == send_kind::half_close) ++half_closes_;
        queued_bytes_ += send.left();
        waiting_bytes_ += send.size;
        is_held_ = connection<Core>::can_write_at_once && core_.completions().is_waiting();
        if (!is_held_) advance();
    }

    void start(drain_operation<Core>& drain, std::size_t low_water) {
        drains_.add(drain, low_water);
        finish_drains();
    }

    /// `only_untouched`: total cancellation, which leaves a send alone once part of it has gone.
    void stop(item& send, stop_reason reason, bool only_untouched) {
        if (!send.is_linked() || (only_untouched && send.sent != 0)) return;
        only_untouched ? send.stop.ask_total_cancellation() : send.stop.ask(reason);
        if (send.in_write) {
            cancellation_.emit(net::cancellation_type::terminal);
            return;
        }
        settle(send);
        finish_drains();
        advance();
    }

    /// Everything ends, in order, once the write in flight has come back.
    void stop_all(stop_reason reason) {
        for (item* it = first(); it != nullptr; it = items_.next(*it)) {
            it->stop.ask(reason);
        }
        finish_drains();
        connection_ended();
    }

    /// The connection has failed elsewhere, or was closed.
    void connection_ended() {
        concerns_all_ = true;
        if (in_flight_) {
            cancellation_.emit(net::cancellation_type::terminal);
        } else {
            advance();
        }
    }

    /// The write in flight cannot succeed any more; it comes back with its own error, or cancelled.
    void give_back_write() { cancellation_.emit(net::cancellation_type::terminal); }

    /// No completion waits to be told any more.
    bool is_held() const noexcept { return is_held_; }
    void flush() { advance(); }

    /// async_close: half-close once the queue is empty.
    void close_when_empty() {
        closing_ = true;
        advance();
    }

    void stop_drain(drain_operation<Core>& drain, const error_code& ec) { drains_.stop(drain, ec); }
    void stop_drains(const error_code& ec) { drains_.stop_all(ec); }

    void abandon() noexcept {
        while (!items_.empty()) items_.pop_front().abandon_item();
        drains_.abandon();
    }

    /// Called by the transport, on the client's executor.
    void on_transfer(const error_code& ec, std::size_t n) {
        in_flight_ = false;
        transferred(ec, n);
        connection_.receives().write_settled();
        advance();
    }

    net::cancellation_signal& cancellation() noexcept { return cancellation_; }
    /// Of the write in flight.
    transfer_memory<typename Core::executor_type>& memory() noexcept { return busy_->memory; }

private:
    /// Needed by what is not written directly, which on many a connection is nothing. Made when it first is,
    /// and kept.
    struct busy_part {
        gathered_write gathered;
        transfer_memory<typename Core::executor_type> memory;
    };

    bool has_prepared() noexcept {
        if (!busy_) busy_.reset(new (std::nothrow) busy_part);
        return busy_ != nullptr;
    }

    item* first() noexcept { return items_.empty() ? nullptr : &items_.front(); }
    bool queue_is_empty() const noexcept { return items_.empty(); }

    bool may_skip_the_queue(const item& send) const noexcept {
        return connection<Core>::can_write_at_once && items_.empty() && send.size != 0 && !is_full_ &&
               !connection_.failure() && !core_.completions().is_waiting();
    }

    std::size_t write_some(const gathered_write& gathered, error_code& ec) noexcept {
        try {
            return gathered.is_single() ? connection_.stream().write_some(*gathered.buffers().begin(), ec)
                                        : connection_.stream().write_some(gathered.buffers(), ec);
        } catch (...) {
            ec = net::error::no_memory;
            return 0;
        }
    }

    /// True if that was all; else the rest has to wait.
    bool write_directly(item& send) {
        if constexpr (connection<Core>::can_write_at_once) {
            gathered_write gathered;
            gathered.clear(false, share_.next(core_.other_clients_ran()));
            gathered.add(send);
            error_code ec;
            const std::size_t n = write_some(gathered, ec);
            send.advance(n);
            is_full_ = n < gathered.size() || (send.left() != 0 && gathered.is_largest());
            connection_.count_sent(n);
            if (send.left() == 0) {
                finish(send, {});
                return true;
            }
            if (ec) judge_error(ec, false);
        }
        return false;
    }

    /// Ends what has to end, then writes what is left.
    void advance() {
        if (in_flight_) return;
        is_held_ = false;
        settle_front();
        if (items_.empty() || in_flight_) return;
        if (!has_prepared()) return core_.transport_failed(connection_, net::error::no_memory);
        if (!is_full_) {
            write_at_once();
            settle_front();
        }
        if (!items_.empty() && !in_flight_) write();
    }

    /// Afterwards the front has bytes to be written, if there is one.
    void settle_front() {
        settle_what_changed();
        finish_drains();
        while (!items_.empty() && items_.front().kind == send_kind::half_close)
            make_half_close(items_.front());
        if (!items_.empty()) return;
        if (busy_) busy_->gathered.release();
        if (closing_) finish_closing();
    }

    /// A write changes the front of the queue alone; a look at all is needed after what concerns all.
    void settle_what_changed() {
        do {
            const bool all = std::exchange(concerns_all_, false);
            for (item* it = first(); it != nullptr;) {
                item* following = items_.next(*it);
                if (!settle(*it) && !all) break;
                it = following;
            }
        } while (concerns_all_);
    }

    /// Ends the send if that is decided. Those that are complete end only from the front, in order.
    bool settle(item& send) {
        if (send.size == send.sent && !send.stop.is_asked() && !connection_.failure() && !interrupted_) {
            if (&send != first() || send.kind == send_kind::half_close) return false;
            end(send, {});
            return true;
        }
        send_facts facts;
        facts.size = send.kind == send_kind::half_close ? 1 : send.size;
        facts.sent = send.sent;
        facts.partial_is_enough = send.kind == send_kind::some;
        facts.failure = connection_.failure();
        if (!facts.failure && interrupted_ && !send.stop.is_asked()) facts.failure = errc::send_interrupted;
        facts.stop = send.stop.reason(send.sent == 0);
        facts.stop_only_untouched = send.stop.is_only_untouched();
        const send_outcome now = decide_send(facts);
        if (now.interrupts) interrupted_ = concerns_all_ = true;
        if (now.ended) {
            end(send, now.error);
        } else {
            send.stop = {};  // A stop that was not honoured leaves no trace.
        }
        return now.ended;
    }

    void end(item& send, const error_code& ec) {
        queued_bytes_ -= send.left();
        if (!send.begun) waiting_bytes_ -= send.size;
        if (send.kind == send_kind::half_close) --half_closes_;
        items_.erase(send);
        finish(send, ec);
    }

    void finish(item& send, const error_code& ec) {
        send.error = ec;
        if (!ec && send.kind != send_kind::half_close) connection_.count_send();
        send.decided();
    }

    void write_at_once() {
        if constexpr (connection<Core>::can_write_at_once) {
            gather();
            error_code ec;
            const std::size_t n = write_some(busy_->gathered, ec);
            transferred(ec, n);
        }
    }

    void write() {
        gather();
        in_flight_ = true;
        try {
            connection_.stream().async_write_some(busy_->gathered.buffers(),
                                                  write_call<Core>(core_, connection_));
        } catch (...) {  // Asio could not start it for want of memory.
            in_flight_ = false;
            distribute(0);
            core_.transport_failed(connection_, net::error::no_memory);
        }
    }

    void gather() {
        gathered_write& gathered = busy_->gathered;
        gathered.clear(true, share_.next(core_.other_clients_ran()));
        bool more = true;
        for (item* it = first(); more && it != nullptr && it->kind != send_kind::half_close;
             it = items_.next(*it)) {
            const std::size_t before = gathered.size();
            more = gathered.add(*it);
            if (gathered.size() == before && it->left() != 0) break;
            it->in_write = true;
            if (it->begun) continue;
            it->begun = true;
            waiting_bytes_ -= it->size;
            it->progressed();
        }
    }

    void transferred(const error_code& ec, std::size_t n) {
        is_full_ = n < busy_->gathered.size() || busy_->gathered.is_largest();
        connection_.count_sent(n);
        queued_bytes_ -= n;
        const bool was_stopped = distribute(n);
        concerns_all_ = concerns_all_ || was_stopped;
        if (ec && !connection_.is_closed()) judge_error(ec, was_stopped);
    }

    /// Credits what was written; tells whether the write was cancelled for one of its sends.
    bool distribute(std::size_t n) {
        bool stopped = false;
        const bool progressed = n != 0;
        item* it = first();
        for (; it != nullptr && it->in_write; it = items_.next(*it)) {
            it->in_write = false;
            const std::size_t part = (std::min)(n, it->left());
            it->advance(part);
            n -= part;
            if (progressed && it->left() != 0) it->progressed();
            stopped = stopped || it->stop.is_asked();
        }
        // Those that an earlier, larger write had gathered wait for what is before them.
        for (; progressed && it != nullptr && it->begun; it = items_.next(*it)) it->progressed();
        return stopped;
    }

    void judge_error(const error_code& ec, bool was_stopped) {
        if (ec == net::error::operation_aborted) {
            // Not ours: somebody cancelled on the stream itself. As for a socket, that ends the sends.
            if (!was_stopped && !connection_.failure()) {
                if (item* send = first()) send->stop.ask(stop_reason::cancel);
            }
        } else if (!is_transient(ec)) {
            core_.transport_failed(connection_, ec);
        }
    }

    void make_half_close(item& request) {
        const error_code ec = shut_down();
        if (request.is_linked()) end(request, ec);
    }

    void finish_closing() {
        closing_ = false;
        if (!write_side_ended_ && !connection_.failure() && !connection_.is_closed()) shut_down();
        if (!connection_.failure() && !connection_.is_closed()) connection_.receives().discard_until_end();
    }

    error_code shut_down() {
        if (write_side_ended_) return {};
        error_code ec;
        connection_.shut_down_send(ec);
        // The socket has been reset and nobody has been told yet.
        if (ec == net::error::not_connected) ec = net::error::connection_reset;
        write_side_ended_ = true;
        if (ec) core_.transport_failed(connection_, ec);
        return ec;
    }

    void finish_drains() { drains_.look(queued_bytes_, connection_.failure()); }

    Core& core_;
    connection<Core>& connection_;
    intrusive_list<item, send_list_tag> items_;
    drain_list<Core> drains_;
    std::size_t queued_bytes_ = 0;   ///< accepted and not yet with the transport
    std::size_t waiting_bytes_ = 0;  ///< of those, what no write has gathered
    std::size_t half_closes_ = 0;
    bool in_flight_ = false;
    bool write_side_ended_ = false;
    bool interrupted_ = false;
    bool concerns_all_ = false;  ///< a stop, a failure: every item is to be looked at
    bool closing_ = false;
    /// The transport took less than it could have, or so much that others have a turn.
    bool is_full_ = false;
    bool is_held_ = false;  ///< there is something to do, once completions have been told
    write_limit_policy share_;
    std::unique_ptr<busy_part> busy_;
    net::cancellation_signal cancellation_;
};

}  // namespace uplink::detail
