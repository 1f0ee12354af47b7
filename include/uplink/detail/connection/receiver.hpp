// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of one connection: carries out the decisions of machine/receive_machine.hpp. The connection
// owns the receiver, which owns the machine and the reader, and is linked to the pending receive. A step runs
// the user's code, a framing or the state, which may start operations, stop this receive or close the client:
// the machine records such a call, and the loop continues with it after the code has returned.
#pragma once

#include <uplink/detail/connection/owners.hpp>
#include <uplink/detail/connection/reader.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Connection> class receiver {
    using core_type = typename Connection::core_type;
    using operation = receive_operation<core_type>;

public:
    explicit receiver(Connection& owner) noexcept
        : connection_(owner),
          machine_(Connection::can_read_now, owner.core().options().max_receive, spin() != spin().zero()),
          reader_(owner, machine_) {
        static_assert(receiver_owner<Connection>, "the owner of a receiver has to be a connection");
    }

    const receive_machine& machine() const noexcept { return machine_; }
    bool is_running() const noexcept { return is_running_; }

    /// Starts a receive while no other is pending.
    void start(operation& receive) {
        active_ = &receive;
        reader_.room().begin_receive();
        machine_.start(receive.is_direct(), receive.rule(), held());
        run();
    }
    void stop(operation& receive, stop_reason reason) {
        if (active_ == &receive) stop_active(reason);
    }
    void stop_active(stop_reason reason) {
        if (active_ == nullptr) return;
        reader_.cancel_if(machine_.stop(stop_error(reason, active_->timeout_code())));
        run();
    }
    void fail(const error_code& ec) {
        reader_.cancel_if(machine_.fail(ec));
        run();
    }
    void close() noexcept { reader_.cancel_if(machine_.close()); }
    void write_settled() {
        machine_.write_settled();
        run();
    }
    void discard_until_end() {
        machine_.discard_until_end();
        run();
    }
    /// Moves the bytes that the system still holds of a failed connection into the state.
    void collect() {
        machine_.collect(held());
        run();
    }
    error_code probe() {
        const error_code ec = reader_.probe();
        run();
        return ec;
    }
    void abandon() noexcept {
        if (active_ != nullptr) std::exchange(active_, nullptr)->abandon();
        reader_.room().guard_state(false);
    }

    /// Called by the transport, on the client's executor.
    void on_transfer(const error_code& ec, std::size_t n) {
        reader_.room().guard_state(false);
        {
            const running_scope scope{is_running_ = true};
            reader_.read_done(ec, n, active_);
        }
        run();
    }
    auto& cancellation() noexcept { return reader_.cancellation(); }
    auto& memory() noexcept { return reader_.memory(); }

private:
    struct running_scope {
        bool& is_running;
        ~running_scope() { is_running = false; }
    };

    void run() {
        if (is_running_) return;  // called by the user's code within a step, which continues first
        run_steps();
        connection_.report_failure();
    }
    void run_steps();
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

    std::size_t held() { return reader_.room().held(); }
    std::chrono::nanoseconds spin() const noexcept { return connection_.core().options().receive_spin; }

    Connection& connection_;
    operation* active_ = nullptr;
    receive_machine machine_;
    reader<Connection> reader_;
    bool is_running_ = false;
};

template <class Connection> UPLINK_DECL void receiver<Connection>::run_steps() {
    const running_scope scope{is_running_ = true};
    do {
        switch (machine_.next()) {
        case receive_action::wait: return;
        case receive_action::refill: reader_.refill(); break;
        case receive_action::examine: examine(); break;
        case receive_action::collect: reader_.collect(active_); break;
        case receive_action::read_now: reader_.read_now(*active_, {}); break;
        case receive_action::spin:
            connection_.resume_deferred();  // the peer may answer them during the spin
            reader_.read_now(*active_, spin());
            break;
        case receive_action::read: reader_.read(active_); break;
        case receive_action::check_end: machine_.end_checked(connection_.end_facts()); break;
        case receive_action::interrupt_write: connection_.interrupt_write(); break;
        case receive_action::complete: complete(); break;
        case receive_action::fail: connection_.fail(machine_.failure()); break;
        case receive_action::peer_ended: connection_.peer_ended(); break;
        }
    } while (!machine_.is_waiting());
}

}  // namespace uplink::detail
