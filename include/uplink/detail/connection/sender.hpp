// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The write side of one connection: carries out what machine/send_machine.hpp decides. The bytes of a send are the
// caller's or the operation's own, and it ends only when no write can touch them any more.
#pragma once

#include <uplink/detail/connection/drain_list.hpp>
#include <uplink/detail/connection/transfer_handler.hpp>
#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/machine/send_machine.hpp>
#include <uplink/detail/machine/write_limit_policy.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <memory>
#include <new>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// `Connection` is the owner, which connection.hpp has.
template <class Connection> class sender {
    using core_type = typename Connection::core_type;

public:
    explicit sender(Connection& owner) noexcept : connection_(owner) {}

    const send_machine& machine() const noexcept { return machine_; }

    /// Allocates the state of an asynchronous write if this send will probably need one. May throw std::bad_alloc, and
    /// then the send is not accepted.
    void prepare_for(const send_item& send) {
        if (send.size == 0 || machine_.is_likely_written_now(send, connection_.completions_wait())) return;
        if (!has_async_state()) throw std::bad_alloc();
    }
    void start(send_item& send) {
        machine_.add(send, connection_.completions_wait());
        run();
    }
    void start(drain_operation<core_type>& drain, std::size_t low_water) {
        drains_.add(drain);
        machine_.add_drain(low_water);
        run();
    }
    void stop(send_item& send, stop_reason reason, bool only_untouched) {
        interrupt_if(machine_.stop(send, reason, only_untouched));
        run();
    }
    void stop_all(stop_reason reason) {
        interrupt_if(machine_.stop_all(reason));
        run();
    }
    void fail(const error_code& ec) {
        interrupt_if(machine_.fail(ec));
        run();
    }
    void close() noexcept { machine_.close(); }
    void close_when_empty() {
        machine_.close_when_empty();
        run();
    }
    void resume_deferred() {
        machine_.resume_deferred();
        run();
    }
    /// It cannot succeed any more; it comes back with its own error, or cancelled.
    void interrupt_write() { interrupt_if(true); }
    void stop_drain(drain_operation<core_type>& drain, const error_code& ec) {
        if (drains_.end(drain, ec)) machine_.remove_drains(1);
    }
    void stop_drains(const error_code& ec) {
        machine_.remove_drains(drains_.end_all(ec));
    }
    void abandon() noexcept {
        while (send_item* const send = machine_.take()) send->abandon_item();
        drains_.abandon();
    }

    /// Called by the transport, on the client's executor. The connection calls run() when it has looked at it.
    void on_transfer(const error_code& ec, std::size_t n) {
        machine_.commit_write(ec, n);
        if (machine_.failure()) run();
        connection_.write_settled();
        run();
    }
    net::cancellation_signal& cancellation() noexcept { return cancellation_; }
    /// Of the write in flight.
    transfer_memory<typename core_type::executor_type>& memory() noexcept { return async_state_->memory; }

private:
    /// Allocated at the first asynchronous write, since many connections never need it.
    struct async_write_state {
        gathered_write gathered;
        transfer_memory<typename core_type::executor_type> memory;
    };

    void run() {
        for (;;) {
            const send_step step = machine_.next();
            switch (step.action) {
            case send_action::wait: return release_if_idle();
            case send_action::complete: step.item->on_result(); break;
            case send_action::complete_drains: drains_.end_all(machine_.failure()); break;
            case send_action::write_now: write_now(); break;
            case send_action::write: write(); break;
            case send_action::shut_down: machine_.shut_down_done(connection_.shut_down()); break;
            case send_action::fail: connection_.fail(machine_.failure()); break;
            case send_action::finish_closing: connection_.discard_until_end(); break;
            }
        }
    }

    void release_if_idle() noexcept {
        if (async_state_ && machine_.is_idle()) async_state_->gathered.release();
    }
    void interrupt_if(bool is_needed) {
        if (is_needed) cancellation_.emit(net::cancellation_type::terminal);
    }
    bool has_async_state() noexcept {
        if (!async_state_) async_state_.reset(new (std::nothrow) async_write_state);
        return async_state_ != nullptr;
    }
    std::size_t next_limit() noexcept { return limit_.next(connection_.other_clients_ran()); }

    void write_now() {
        if (machine_.has_one_send() || !has_async_state()) {
            gathered_write alone;
            write_now(alone, false);
        } else {
            write_now(async_state_->gathered, true);
        }
    }
    void write_now(gathered_write& gathered, bool copies) {
        machine_.prepare_write(gathered, next_limit(), copies);
        error_code ec;
        std::size_t n = 0;
        if constexpr (Connection::can_write_now) {
            auto& stream = connection_.stream();
            try {
                n = gathered.is_single() ? stream.write_some(*gathered.buffers().begin(), ec)
                                         : stream.write_some(gathered.buffers(), ec);
            } catch (...) {
                ec = net::error::no_memory;
            }
        }
        machine_.commit_write(ec, n);
    }
    void write() {
        if (!has_async_state()) return machine_.write_not_started();
        gathered_write& gathered = async_state_->gathered;
        machine_.prepare_write(gathered, next_limit());
        try {
            connection_.stream().async_write_some(gathered.buffers(), write_handler<Connection>(connection_));
        } catch (...) {  // Asio could not start it, for want of memory.
            machine_.write_not_started();
        }
    }

    Connection& connection_;
    send_machine machine_{Connection::can_write_now};
    drain_list<core_type> drains_;
    write_limit_policy limit_;
    std::unique_ptr<async_write_state> async_state_;
    net::cancellation_signal cancellation_;
};

}  // namespace uplink::detail
