// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of one connection: carries out what machine/receive_machine.hpp decides. The user's code that runs in
// here, a framing or the state, may start operations, stop this one or close the client: that is noted, and looked at
// when it has returned.
#pragma once

#include <uplink/detail/connection/read_now.hpp>
#include <uplink/detail/connection/read_room.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/connection/transfer_handler.hpp>
#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Connection` is the owner, which connection.hpp has.
template <class Connection> class receiver {
    using core_type = typename Connection::core_type;
    using operation = receive_operation<core_type>;

public:
    explicit receiver(Connection& owner) noexcept
        : connection_(owner), room_(owner.core()),
          machine_(Connection::can_read_now, room_.most(), options().receive_spin != std::chrono::nanoseconds::zero()) {}
    receiver(const receiver&) = delete;
    receiver& operator=(const receiver&) = delete;
    ~receiver() {
        if (machine_.is_read_in_flight()) room_.guard_state(false);  // the context is gone, and the read with it
    }

    const receive_machine& machine() const noexcept { return machine_; }

    /// No receive is pending.
    void start(operation& receive) {
        active_ = &receive;
        room_.begin_receive();
        machine_.start(receive.is_direct(), receive.rule(), room_.held());
        run();
    }
    void stop(operation& receive, stop_reason reason) {
        if (active_ == &receive) stop_active(reason);
    }
    void stop_active(stop_reason reason) {
        if (active_ == nullptr) return;
        interrupt_if(machine_.stop(stop_error(reason, active_->timeout_code())));
        run();
    }
    void fail(const error_code& ec) {
        interrupt_if(machine_.fail(ec));
        run();
    }
    void close() noexcept { interrupt_if(machine_.close()); }
    void write_settled() {
        machine_.write_settled();
        run();
    }
    void discard_until_end() {
        machine_.discard_until_end();
        run();
    }
    /// What the system still holds of a failed connection goes into the state.
    void drain() {
        machine_.drain(room_.held());
        run();
    }
    error_code probe() {
        machine_.look_at_state(room_.held());
        if (!machine_.must_peek()) return machine_.known_end();
        const error_code peeked = peek(connection_.stream());
        const error_code ec =
            machine_.probed(peeked, peeked == net::error::eof ? connection_.end_facts() : end_facts());
        run();
        return ec;
    }
    void abandon() noexcept {
        if (active_ != nullptr) std::exchange(active_, nullptr)->abandon();
        room_.guard_state(false);
    }

    /// Called by the transport, on the client's executor.
    void on_transfer(const error_code& ec, std::size_t n) {
        {
            const running_scope scope(*this);
            room_.guard_state(false);
            if (machine_.is_closed()) n = 0;  // a closed connection receives nothing any more
            end_read(ec, n);
        }
        run();
    }
    net::cancellation_signal& cancellation() noexcept { return cancellation_; }
    transfer_memory<typename core_type::executor_type>& memory() noexcept { return memory_; }

private:
    /// While one lives, run() does nothing.
    class running_scope {
    public:
        explicit running_scope(receiver& of) noexcept
            : receiver_(of), was_running_(std::exchange(of.is_running_, true)) {}
        running_scope(const running_scope&) = delete;
        running_scope& operator=(const running_scope&) = delete;
        ~running_scope() { receiver_.is_running_ = was_running_; }

    private:
        receiver& receiver_;
        bool was_running_;
    };

    void run() {
        if (is_running_) return;
        const running_scope scope(*this);
        for (;;) {
            switch (machine_.next()) {
            case receive_action::wait: return;
            case receive_action::refill: refill(); break;
            case receive_action::examine: examine(); break;
            case receive_action::drain: drain_once(); break;
            case receive_action::read_now: read_without_waiting({}); break;
            case receive_action::spin: read_without_waiting(options().receive_spin); break;
            case receive_action::read: read(); break;
            case receive_action::check_end: machine_.end_checked(connection_.end_facts()); break;
            case receive_action::interrupt_write: connection_.interrupt_write(); break;
            case receive_action::complete: complete(); break;
            case receive_action::fail: connection_.fail(machine_.failure()); break;
            case receive_action::peer_ended: connection_.peer_ended(); break;
            }
        }
    }

    void interrupt_if(bool is_needed) {
        if (is_needed) cancellation_.emit(net::cancellation_type::terminal);
    }
    const client_options& options() const noexcept { return connection_.core().options(); }

    void end_read(const error_code& ec, std::size_t n) {
        if (n != 0) room_.commit(n, machine_.target(), active_, machine_);
        machine_.read_done(ec, n, room_.held());
    }

    void examine() {
        const delivery result = active_->try_deliver(connection_.core().state());
        if (result == delivery::refused) machine_.refuse(active_->error);
        machine_.examined(result == delivery::complete);
    }
    void complete() {
        operation& receive = *std::exchange(active_, nullptr);
        receive.error = machine_.result();
        receive.received = machine_.received();
        receive.on_result();
    }
    void refill() {
        try {
            const net::mutable_buffer room = room_.in_state();
            if (machine_.is_closed()) return;
            room_.commit_overflow(room, machine_);
            machine_.refilled(room_.held());
        } catch (...) {
            machine_.no_memory();
        }
    }
    void drain_once() {
        try {
            const net::mutable_buffer room = room_.in_state();
            if (machine_.is_closed()) return;
            error_code ec;
            const std::size_t n = read_now(connection_.stream(), room, ec);
            if (n != 0) room_.commit(n, read_target::state, active_, machine_);
            machine_.drained(ec, n, room_.held());
        } catch (...) {
            machine_.no_memory();
        }
    }
    void read_without_waiting(std::chrono::nanoseconds spin) {
        if (spin != spin.zero()) connection_.resume_deferred();  // what the peer may answer
        try {
            const net::mutable_buffer room = room_.of(machine_.target(), active_);
            if (!machine_.may_read()) return machine_.not_read();
            error_code ec;
            const std::size_t n = spin_read<typename core_type::clock_type>(connection_.stream(), room, ec, spin, *active_);
            if (is_transient(ec)) return machine_.not_read();
            end_read(ec, n);
        } catch (...) {
            machine_.not_read();  // the asynchronous read meets it again
        }
    }
    void read() {
        try {
            const net::mutable_buffer room = room_.of(machine_.target(), active_);
            if (!machine_.may_read()) return machine_.not_read();
            machine_.read_started(room.size());
            if (machine_.target() == read_target::state) room_.guard_state(true);
            connection_.stream().async_read_some(room, read_handler<Connection>(connection_));
        } catch (...) {  // The state could not grow, or Asio could not start: both for want of memory.
            room_.guard_state(false);
            machine_.no_memory();
        }
    }

    Connection& connection_;
    operation* active_ = nullptr;
    read_room<core_type> room_;
    receive_machine machine_;
    bool is_running_ = false;
    net::cancellation_signal cancellation_;
    transfer_memory<typename core_type::executor_type> memory_;
};

}  // namespace uplink::detail
