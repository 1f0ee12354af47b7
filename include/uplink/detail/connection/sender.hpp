// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The write side of one connection: carries out the decisions of machine/send_machine.hpp. The connection
// owns the sender, and the sender owns the machine and the writer; the sends are linked, and given to the
// core when they have ended. The bytes of a send belong to the caller or to the operation, and a send ends
// only when no write can touch them any more.
#pragma once

#include <uplink/detail/connection/drain_list.hpp>
#include <uplink/detail/connection/owners.hpp>
#include <uplink/detail/connection/transfer_handler.hpp>
#include <uplink/detail/connection/writer.hpp>
#include <uplink/detail/machine/send_machine.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <cstddef>
#include <new>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Connection> class sender {
    using core_type = typename Connection::core_type;

public:
    explicit sender(Connection& owner) noexcept : connection_(owner), writer_(owner, machine_) {
        static_assert(sender_owner<Connection>, "the owner of a sender has to be a connection");
    }

    const send_machine& machine() const noexcept { return machine_; }

    /// Allocates the state of an asynchronous write if this send will probably need one. May throw
    /// std::bad_alloc, and then the send is not accepted.
    void prepare_for(const send_item& send) {
        if (send.size == 0 || machine_.is_likely_written_now(send, connection_.completions_wait())) return;
        if (!writer_.prepare_async()) throw std::bad_alloc();
    }
    void start(send_item& send) {
        if (!machine_.start_directly(send, connection_.completions_wait())) {
            machine_.add(send, connection_.completions_wait());
        } else if (writer_.write_directly(send)) {
            return send.on_result();
        }
        if (!machine_.is_deferred()) run();
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
    void stop_drain(drain_operation<core_type>& drain, const error_code& ec) {
        if (drains_.end(drain, ec)) machine_.remove_drains(1);
    }
    void stop_drains(const error_code& ec) { machine_.remove_drains(drains_.end_all(ec)); }
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
    /// Cancels the write in flight, which cannot succeed any more; it comes back with its own error, or
    /// cancelled.
    void interrupt_write() { interrupt_if(true); }
    void abandon() noexcept {
        while (send_item* const send = machine_.take()) send->abandon_item();
        drains_.abandon();
    }

    /// Called by the transport, on the client's executor.
    void on_transfer(const error_code& ec, std::size_t n) {
        machine_.commit_write(ec, n);
        if (machine_.failure()) run();  // a failure reaches the connection before the receiver checks an end
        connection_.write_settled();
        run();
    }
    net::cancellation_signal& cancellation() noexcept { return cancellation_; }
    auto& memory() noexcept { return writer_.memory(); }

private:
    void run();
    void release_if_idle() noexcept {
        if (machine_.is_idle()) writer_.release();
    }
    void interrupt_if(bool is_needed) {
        if (is_needed) cancellation_.emit(net::cancellation_type::terminal);
    }

    Connection& connection_;
    send_machine machine_{Connection::can_write_now};
    writer<Connection> writer_;
    drain_list<core_type> drains_;
    net::cancellation_signal cancellation_;
};

template <class Connection> UPLINK_DECL void sender<Connection>::run() {
    for (;;) {
        const send_step step = machine_.next();
        switch (step.action) {
        case send_action::wait: return release_if_idle();
        case send_action::complete: step.item->on_result(); break;
        case send_action::complete_drains: drains_.end_all(machine_.failure()); break;
        case send_action::write_now: writer_.write_now(); break;
        case send_action::write: writer_.write(); break;
        case send_action::shut_down: machine_.shut_down_done(connection_.shut_down()); break;
        case send_action::fail: connection_.fail(machine_.failure()); break;
        case send_action::finish_closing: connection_.discard_until_end(); break;
        }
    }
}

}  // namespace uplink::detail
