// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Makes every decision on the write side of one connection: which bytes are written next, which sends a write
// has completed, when a half-close is made, and what a stop or a failure means. It does no I/O. The sender
// owns the machine: it reports each event, calls next() until the answer is `wait`, and carries out each
// step. The sends are not owned.
//
// Sends complete in the order in which they were started. One write is in progress at a time and takes as
// many sends as it can. A write is first tried without waiting, if the stream can do that; bytes that the
// system did not take are written asynchronously. While completion handlers are pending, new sends are
// deferred: these handlers may send more, and all of it is then sent by one write. A send that ends after a
// part of its bytes has been sent interrupts the queue: all sends behind it fail, because the peer would take
// their bytes for the missing ones.
#pragma once

#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/send_item.hpp>
#include <uplink/detail/machine/send_list.hpp>
#include <uplink/detail/machine/send_step.hpp>
#include <uplink/detail/machine/write_progress.hpp>
#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class send_machine {
public:
    /// `writes_now`: the stream can write without waiting.
    explicit send_machine(bool writes_now) noexcept : write_(writes_now) {}

    // --- Questions ---

    bool is_write_in_flight() const noexcept { return write_.is_in_flight(); }
    /// True if no send or async_drain waits and no write is in progress.
    bool is_idle() const noexcept {
        return sends_.is_empty() && ended_.empty() && write_.is_none() && drains_ == 0;
    }
    /// The half-close has been made or is in the queue: no send may follow it.
    bool is_ending() const noexcept {
        return sends_.half_closes() != 0 || write_side_ended_ || close_when_empty_;
    }
    bool write_side_ended() const noexcept { return write_side_ended_; }
    bool is_interrupted() const noexcept { return is_interrupted_; }
    /// Sends are deferred until the pending completion handlers have been called.
    bool is_deferred() const noexcept { return is_deferred_; }
    const error_code& failure() const noexcept { return failure_; }
    std::size_t queued_bytes() const noexcept { return sends_.bytes(); }
    std::uint64_t bytes_sent() const noexcept { return sends_.bytes_sent(); }
    std::uint64_t sends_completed() const noexcept { return sends_.completed(); }
    /// The next write has bytes of one send only.
    bool has_one_send() noexcept { return sends_.has_one(); }
    bool has_room_for(const send_item& send, std::size_t limit) const noexcept {
        return sends_.has_room_for(send, limit);
    }
    /// True if this send, started now, will probably be written completely and without waiting.
    bool is_likely_written_now(const send_item& send, bool completions_wait) const noexcept {
        return write_.writes_now() && sends_.is_empty() && !write_.would_block() && !failure_ &&
               !completions_wait &&
               (send.size <= write_limit_policy::shared || send.kind != send_kind::bytes);
    }

    // --- Events ---

    void add(send_item& send, bool completions_wait) noexcept {
        sends_.add(send);
        is_deferred_ = write_.writes_now() && completions_wait;
    }
    /// Replaces add() by a shorter way if the send is the only one and would be written now. True: the send
    /// is not in the queue; the caller writes it alone and without waiting, then calls commit_directly().
    [[nodiscard]] bool start_directly(send_item& send, bool completions_wait) noexcept {
        if (!write_.writes_now() || completions_wait || !sends_.is_empty() || send.size == 0) return false;
        if (write_.would_block() || failure_ || needs_attention_ || !write_.is_none()) return false;
        write_.begin_directly();
        direct_ = &send;
        return true;
    }
    /// The write has given n bytes of `asked` to the transport and has returned `ec`. True if the send is
    /// complete; else it is in the queue now.
    [[nodiscard]] bool commit_directly(const error_code& ec, std::size_t n, std::size_t asked) {
        send_item& send = *std::exchange(direct_, nullptr);
        write_.end_directly(n, (std::max)(asked, send.size));
        if (sends_.add_written(send, n, !ec)) return true;
        write_.set_tried(true);
        if (send.stop.is_asked()) must_check_all_ = needs_attention_ = true;
        if (ec && !is_closed_) handle_error(ec, send.stop.is_asked());
        return false;
    }
    /// No completion handler is pending any more.
    void resume_deferred() noexcept { is_deferred_ = false; }

    void add_drain(std::size_t low_water) noexcept {
        ++drains_;
        low_water_ = low_water;
    }
    void remove_drains(std::size_t count) noexcept { drains_ -= count; }

    /// `only_untouched`: total cancellation, which has no effect on a send once a part of it has been sent.
    /// True if the write in flight has to be cancelled.
    [[nodiscard]] bool stop(send_item& send, stop_reason reason, bool only_untouched) noexcept {
        const bool is_writing = send.in_write || &send == direct_;
        if ((!send.is_linked() && !is_writing) || send.has_ended || (only_untouched && send.sent != 0))
            return false;
        // All its bytes have been sent: it waits only for the sends before it.
        if (!is_writing && send.sent == send.size && send.size != 0) return false;
        only_untouched ? send.stop.ask_total_cancellation() : send.stop.ask(reason);
        is_deferred_ = false;
        if (is_writing) return is_write_in_flight();
        if (decide(send)) end(send, send.error);
        return false;
    }
    /// Every send ends, in order, after the write in flight has come back. Returns as stop().
    [[nodiscard]] bool stop_all(stop_reason reason) noexcept {
        for (send_item* each = sends_.first(); each != nullptr; each = sends_.next(*each))
            each->stop.ask(reason);
        if (direct_ != nullptr) direct_->stop.ask(reason);
        return look_at_all();
    }
    /// The connection has failed. Returns as stop().
    [[nodiscard]] bool fail(const error_code& ec) noexcept {
        if (!failure_) failure_ = ec;
        return look_at_all();
    }
    /// The socket is closed: errors of the write in flight are ignored.
    void close() noexcept { is_closed_ = true; }
    /// async_close: half-close once the queue is empty.
    void close_when_empty() noexcept {
        close_when_empty_ = true;
        is_deferred_ = false;
    }

    /// Collects the next write, of at most `most` bytes. `copies`: small buffers are copied together.
    void prepare_write(gathered_write& write, std::size_t most, bool copies = true) {
        sends_.gather(write, most, copies, write_.is_in_flight());
        write_.prepared(write);
    }
    /// The prepared write has given n bytes to the transport and has returned `ec`.
    void commit_write(const error_code& ec, std::size_t n) {
        write_.end();
        is_deferred_ = false;
        const bool was_stopped = sends_.distribute(n);
        write_.came_back(n, sends_.bytes() != 0);
        if (was_stopped) must_check_all_ = needs_attention_ = true;
        if (ec && !is_closed_) handle_error(ec, was_stopped);
    }
    /// The asynchronous write of the last step could not be started for want of memory.
    void write_not_started() {
        write_.end();
        sends_.distribute(0);
        fail_connection(net::error::no_memory);
    }
    /// The step shut_down has been carried out and has returned `ec`.
    void shut_down_done(error_code ec) noexcept {
        write_side_ended_ = true;
        // The socket has been reset, and no operation has received that error yet.
        if (ec == net::error::not_connected) ec = net::error::connection_reset;
        send_item* request = sends_.first();
        if (request != nullptr && request->kind == send_kind::half_close) end(*request, ec);
        if (ec) fail_connection(ec);
    }

    /// Removes a send from the queue without completing it; null if there is none.
    send_item* take() noexcept {
        if (!ended_.empty()) return &ended_.pop_front();
        send_item* const send = sends_.first();
        if (send != nullptr) sends_.remove(*send);
        return send;
    }

    // --- Steps ---

    send_step next() noexcept {
        if (needs_attention_) {
            const send_step first_of_all = attend();
            if (first_of_all.action != send_action::wait) return first_of_all;
        }
        if (!write_.is_none() || is_deferred_)
            return {!failure_ && take_due_drains() ? send_action::complete_drains : send_action::wait};
        if (sends_.is_empty()) return next_when_empty();
        send_item& front = sends_.front();
        if (decide(front)) {
            sends_.remove(front);
            return {send_action::complete, &front};
        }
        if (take_due_drains()) return {send_action::complete_drains};
        if (front.kind != send_kind::half_close) return {write_.begin()};
        if (!write_side_ended_) return {send_action::shut_down};
        sends_.remove(front);
        return {send_action::complete, &front};
    }

private:
    bool look_at_all() noexcept {
        must_check_all_ = needs_attention_ = true;
        is_deferred_ = false;
        return is_write_in_flight();
    }

    /// The step before all others, if any: sends that ended out of turn, and events that concern all sends.
    [[gnu::noinline]] send_step attend() noexcept {
        if (ended_.empty() && write_.is_none()) {
            if (std::exchange(must_report_failure_, false)) return {send_action::fail};
            check_all();
            needs_attention_ = false;
        }
        if (ended_.empty()) return {};
        needs_attention_ = true;
        return {send_action::complete, &ended_.pop_front()};
    }

    bool take_due_drains() noexcept {
        if (drains_ == 0 || (!failure_ && sends_.bytes() > low_water_)) return false;
        drains_ = 0;
        return true;
    }
    send_step next_when_empty() noexcept {
        write_.set_tried(false);
        if (take_due_drains()) return {send_action::complete_drains};
        if (!close_when_empty_) return {};
        if (!failure_ && !is_closed_ && !write_side_ended_) return {send_action::shut_down};
        close_when_empty_ = false;
        return {failure_ || is_closed_ ? send_action::wait : send_action::finish_closing};
    }

    void fail_connection(const error_code& ec) noexcept {
        if (failure_ || is_closed_) return;
        failure_ = ec;
        must_report_failure_ = must_check_all_ = needs_attention_ = true;
    }

    void handle_error(const error_code& ec, bool was_stopped) noexcept {
        if (ec == net::error::operation_aborted) {
            // The machine did not cancel it: the user has cancelled on the stream itself. As for a socket,
            // that ends the send.
            if (!was_stopped && !failure_ && sends_.first() != nullptr)
                sends_.first()->stop.ask(stop_reason::cancel);
        } else if (!is_transient(ec)) {
            fail_connection(ec);
        }
    }

    /// Needed after an event that concerns every send: a stop of all, a failure, an interruption.
    void check_all() noexcept {
        while (std::exchange(must_check_all_, false)) {
            for (send_item* each = sends_.first(); each != nullptr;) {
                send_item* const following = sends_.next(*each);
                if (decide(*each)) end(*each, each->error);
                each = following;
            }
        }
    }

    /// True if the send ends now, with its `error`. Complete sends end at the front of the queue alone.
    bool decide(send_item& send) noexcept {
        if (send.stop.is_asked() || failure_ || is_interrupted_) return decide_disturbed(send);
        const bool is_complete = send.sent == send.size || (send.kind == send_kind::some && send.sent != 0);
        return is_complete && send.kind != send_kind::half_close && &send == &sends_.front();
    }
    [[gnu::noinline]] bool decide_disturbed(send_item& send) noexcept {
        error_code failure = failure_;
        if (!failure && is_interrupted_ && !send.stop.is_asked()) failure = errc::send_interrupted;
        const send_outcome now = decide_send(send.facts(failure));
        if (now.interrupts) is_interrupted_ = must_check_all_ = needs_attention_ = true;
        send.error = now.error;
        if (!now.ended) send.stop = {};  // a stop that was not honoured is forgotten
        return now.ended;
    }

    void end(send_item& send, const error_code& ec) noexcept {
        send.error = ec;
        send.has_ended = true;
        sends_.remove(send);
        ended_.push_back(send);
        needs_attention_ = true;
    }

    send_list sends_;
    send_item* direct_ = nullptr;                     ///< the send that is being written directly
    intrusive_list<send_item, send_list_tag> ended_;  ///< completed out of turn, not yet returned by next()
    error_code failure_{};
    std::size_t low_water_ = 0;
    std::size_t drains_ = 0;
    write_progress write_;
    bool is_deferred_ = false;
    bool is_interrupted_ = false;
    bool is_closed_ = false;
    bool write_side_ended_ = false;
    bool close_when_empty_ = false;
    bool needs_attention_ = false;  ///< one of the next two is set, or ended_ is not empty
    bool must_check_all_ = false;
    bool must_report_failure_ = false;
};

}  // namespace uplink::detail
