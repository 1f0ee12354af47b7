// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Makes every decision on the read side of one connection: where the next read puts its bytes, when the
// receive is asked whether they are complete, what an end of the stream, an error or a stop means, and which
// bytes async_close discards. It does no I/O and does not call the user's code. The receiver owns the
// machine: it reports each event, calls next() until the answer is `wait`, and carries out each step.
//
// At most one receive and one read are in progress. Bytes are read straight into the client's state, or into
// the caller's buffer for a direct receive. If the state is full, one more byte is read into a separate
// place, the overflow byte: it proves that the limit is exceeded, and is the first byte of the next receive.
// No byte is lost silently: when the connection fails, the bytes that the system still holds are collected
// into the state before the pending receive ends, or, if that is a direct receive, when the next one starts.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/pending_receive.hpp>
#include <uplink/detail/machine/read_progress.hpp>
#include <uplink/detail/machine/receive_step.hpp>
#include <uplink/detail/machine/stream_end.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class receive_machine {
public:
    /// `reads_now`: the stream can read without waiting. `most`: the number of bytes that the state may hold.
    /// `spins`: the client's options ask for spinning.
    receive_machine(bool reads_now, std::size_t most, bool spins) noexcept
        : most_(most), read_(reads_now, spins) {}

    // --- Questions ---

    bool has_receive() const noexcept { return receive_.exists(); }
    bool is_read_in_flight() const noexcept { return read_.is_in_flight(); }
    /// True if next() would say `wait`.
    bool is_waiting() const noexcept {
        return !read_.is_none() || !(has_receive() || needs_attention_ || is_discarding_);
    }
    bool is_closed() const noexcept { return is_closed_; }
    /// An orderly end of the stream has been read.
    bool has_ended() const noexcept { return end_.has_come(); }
    /// A receive has completed with the orderly end of the stream.
    bool is_end_reported() const noexcept { return end_.is_reported(); }
    bool has_overflow() const noexcept { return has_overflow_; }
    read_target target() const noexcept { return read_.target(); }
    const error_code& result() const noexcept { return receive_.result(); }
    const error_code& failure() const noexcept { return failure_; }
    /// Bytes that the current receive has read from the transport into the state.
    std::size_t received() const noexcept { return receive_.received(); }
    std::uint64_t bytes_received() const noexcept { return bytes_received_; }
    std::uint64_t receives_completed() const noexcept { return receive_.completed(); }
    /// Checked just before a read: while the user's code provided the room, it may have stopped the receive
    /// or closed the client.
    bool may_read() const noexcept {
        return !is_closed_ && !failure_ &&
               (has_receive() ? !receive_.is_stopped() : target() == read_target::discard);
    }
    /// True if only the system knows whether the connection still exists.
    bool must_peek() const noexcept { return !failure_ && !has_bytes() && !end_.is_known_or_likely(); }
    /// The error or the end of the connection that is known without asking the system.
    error_code known_end() const noexcept {
        if (failure_) return failure_;
        return has_bytes() || must_peek() ? error_code() : error_code(net::error::eof);
    }

    // --- Events. `held` is the number of bytes in the state at that time. ---

    void start(bool is_direct, end_rule rule, std::size_t held) noexcept {
        receive_.start(is_direct, rule);
        must_examine_ = true;
        held_ = held;
        read_.receive_started();
        if (failure_) must_collect_ = needs_attention_ = true;
    }
    /// The first stop decides the error. True if the read in flight has to be cancelled.
    [[nodiscard]] bool stop(const error_code& why) noexcept {
        if (!has_receive()) return false;
        receive_.stop(why);
        return is_read_in_flight();
    }
    /// The connection has failed. Returns as stop().
    [[nodiscard]] bool fail(const error_code& ec) noexcept {
        if (!failure_) failure_ = ec;
        if (has_receive() && !receive_.is_direct() && !receive_.is_satisfied())
            must_collect_ = must_examine_ = needs_attention_ = true;
        return is_read_in_flight();
    }
    /// The socket is closed: the result of a read in flight is ignored. Returns as stop().
    [[nodiscard]] bool close() noexcept {
        is_closed_ = true;
        return is_read_in_flight();
    }
    /// Collects the bytes that the system holds into the state although no receive is pending.
    void collect(std::size_t held) noexcept {
        must_collect_ = needs_attention_ = true;
        held_ = held;
    }
    /// async_close: bytes that no receive takes are read and discarded, until the peer's end of stream.
    void discard_until_end() noexcept {
        is_discarding_ = true;
        end_.ask_to_tell();
    }
    /// A write has come back; an end of the stream may have been waiting for it.
    void write_settled() noexcept {
        if (end_.write_settled(static_cast<bool>(failure_))) needs_attention_ = true;
    }

    /// The asynchronous read of the last step has been started, into `room` bytes.
    void read_started(std::size_t room) noexcept { read_.started(room); }
    /// The state or the framing refuses the bytes that were read last, or there is no memory for more.
    void refuse(const error_code& ec) noexcept {
        if (!refusal_) refusal_ = ec;
    }
    /// How many of n bytes of a read count: none after the close.
    std::size_t accepted(std::size_t n) const noexcept { return is_closed_ ? 0 : n; }
    /// A read has come back with n bytes and with `ec`, which may be success.
    void read_done(const error_code& ec, std::size_t n, std::size_t held) noexcept {
        if (n == 0 && ec == net::error::no_memory) return no_memory();  // of a layer such as TLS
        read_.came_back(n);
        held_ = held;
        bytes_received_ += n;
        if (n != 0) take(n);
        read_.end();
        if (ec && !is_closed_) handle_error(ec);
    }
    /// Nothing was read: the user's code has changed the situation, or a read without waiting would block.
    void not_read() noexcept { read_.end(); }
    /// The step could not be carried out for want of memory.
    void no_memory() noexcept {
        if (target() == read_target::discard) fail_connection(net::error::no_memory);
        else refuse(net::error::no_memory);
        not_read();
    }
    /// The overflow byte has been put into the state.
    void refilled(std::size_t held) noexcept {
        has_overflow_ = false;
        held_ = held;
        take_into_state(1);
    }
    /// One read for the step collect has been made; if it gave no bytes or an error, it was the last.
    void collected(const error_code& ec, std::size_t n, std::size_t held) noexcept {
        bytes_received_ += n;
        held_ = held;
        if (n != 0) take_into_state(n);
        if (ec || n == 0) must_collect_ = false;
    }
    /// The receive was asked whether its bytes are complete. If it refuses them, refuse() has been called.
    void examined(bool is_satisfied) noexcept {
        receive_.satisfy(is_satisfied);
        // The delivered view refers to the state, so nothing may be written to the state any more.
        if (is_satisfied) must_collect_ = must_examine_ = false;
    }
    /// Called before a probe, with the number of bytes in the state.
    void look_at_state(std::size_t held) noexcept { held_ = held; }
    /// The socket has been examined without consuming bytes, with the result `ec`. Returns the error or the
    /// end of the connection that is known now.
    error_code probed(error_code ec, const end_facts& facts) noexcept {
        if (ec == net::error::eof) {
            if (decide_end(facts) != end_meaning::reset) return ec;
            ec = net::error::connection_reset;
        }
        if (!ec || is_transient(ec)) return {};
        fail_connection(ec);
        return ec;
    }
    void end_checked(const end_facts& facts) noexcept {
        needs_attention_ = true;
        if (end_.check(facts)) fail_connection(net::error::connection_reset);
    }

    // --- Steps ---

    receive_action next() noexcept {
        if (!read_.is_none()) return next_while_reading();
        const receive_action first_of_all = needs_attention_ ? attend() : receive_action::wait;
        if (first_of_all != receive_action::wait) return first_of_all;
        if (is_closed_) return receive_.is_stopped() ? complete(receive_.stop_error()) : receive_action::wait;
        return has_receive() ? next_of_receive() : next_without_receive();
    }

private:
    bool has_room() const noexcept { return held_ < most_; }
    bool has_bytes() const noexcept { return held_ != 0 || has_overflow_; }
    /// A failure that a probe has found is reported immediately; every other step waits for the read.
    receive_action next_while_reading() noexcept {
        if (!must_report_failure_ || is_closed_ || !is_read_in_flight()) return receive_action::wait;
        must_report_failure_ = false;
        return receive_action::fail;
    }

    /// The step that comes before all others, or `wait` if there is none.
    [[gnu::noinline]] receive_action attend() noexcept {
        if (is_closed_) return receive_action::wait;
        if (std::exchange(must_report_failure_, false)) return receive_action::fail;
        if (const receive_action of_end = end_.next(); of_end != receive_action::wait) return of_end;
        if (must_collect_ && !refusal_ && has_room()) {
            if (has_overflow_) return receive_action::refill;
            if (read_.reads_now()) return receive_action::collect;
        }
        must_collect_ = needs_attention_ = false;
        return receive_action::wait;
    }

    receive_action next_of_receive() noexcept {
        if (must_examine_) {
            if (has_overflow_ && !refusal_ && has_room()) return receive_action::refill;
            must_examine_ = false;
            // A refusal by the state ends the receive even if its bytes would have been complete.
            if (!refusal_) return receive_action::examine;
        }
        if (receive_.is_satisfied()) {
            receive_.succeed();
            return completed();
        }
        if (refusal_) return complete(std::exchange(refusal_, error_code()));
        if (has_overflow_) return complete(errc::receive_limit);
        if (failure_) return complete(failure_);
        if (end_.has_come()) {
            end_.report();
            receive_.end_of_stream(held_);
            return completed();
        }
        if (receive_.is_stopped()) return complete(receive_.stop_error());
        if (end_.awaits_write()) return receive_action::wait;
        if (receive_.is_direct()) return read_.begin(read_target::caller);
        return read_.begin(has_room() ? read_target::state : read_target::overflow);
    }

    receive_action next_without_receive() noexcept {
        if (!is_discarding_) return receive_action::wait;
        if (end_.has_come()) return end_.take_tell() ? receive_action::peer_ended : receive_action::wait;
        if (failure_ || end_.awaits_write()) return receive_action::wait;
        return read_.begin_waiting(read_target::discard);
    }

    receive_action complete(const error_code& ec) noexcept {
        receive_.fail(ec);
        return completed();
    }
    receive_action completed() noexcept {
        must_examine_ = false;
        end_.ask_to_tell();
        return receive_action::complete;
    }

    void take(std::size_t n) noexcept {
        switch (target()) {
        case read_target::state: take_into_state(n); break;
        case read_target::caller: receive_.satisfy(true); break;
        case read_target::overflow: has_overflow_ = true; break;
        case read_target::discard:
        case read_target::none: break;
        }
    }
    void take_into_state(std::size_t n) noexcept {
        receive_.add(n);
        must_examine_ = true;
    }

    void handle_error(const error_code& ec) noexcept {
        if (ec == net::error::eof) {
            end_.read();
            needs_attention_ = true;
        } else if (ec == net::error::operation_aborted) {
            // The machine did not cancel it: the user has cancelled on the stream itself. As for a socket,
            // that ends the receive.
            if (!failure_) static_cast<void>(stop(ec));
        } else if (!is_transient(ec)) {
            fail_connection(ec);
        }
    }
    void fail_connection(const error_code& ec) noexcept {
        if (failure_ || is_closed_) return;
        failure_ = ec;
        must_report_failure_ = needs_attention_ = true;
    }

    error_code failure_{};
    error_code refusal_{};  ///< of the last bytes or of more; kept for the next receive if none is pending
    const std::size_t most_;
    std::size_t held_ = 0;
    std::uint64_t bytes_received_ = 0;
    read_progress read_;
    pending_receive receive_{};
    stream_end end_{};
    bool is_closed_ = false;
    bool is_discarding_ = false;
    bool has_overflow_ = false;
    bool must_examine_ = false;
    bool needs_attention_ = false;  ///< one of the next two is set, or `end_` has a step
    bool must_collect_ = false;
    bool must_report_failure_ = false;
};

}  // namespace uplink::detail
