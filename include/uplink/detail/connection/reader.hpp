// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Carries out the reads of one connection: asks for the room, reads without waiting or asynchronously, and
// commits the bytes to their owner. Asking for room runs the user's code, so each read checks afterwards
// whether it may still be made. The receiver owns the reader; the reader owns the room and refers to the
// connection and to the receive machine.
#pragma once

#include <uplink/detail/connection/read_now.hpp>
#include <uplink/detail/connection/read_room.hpp>
#include <uplink/detail/connection/receive_operation.hpp>
#include <uplink/detail/connection/transfer_handler.hpp>
#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Connection> class reader {
    using core_type = typename Connection::core_type;
    using operation = receive_operation<core_type>;

public:
    reader(Connection& connection, receive_machine& machine) noexcept
        : connection_(connection), machine_(machine), room_(connection.core()) {}

    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;
    ~reader() {
        if (machine_.is_read_in_flight())
            room_.guard_state(false);  // the context is gone, and the read with it
    }

    read_room<core_type>& room() noexcept { return room_; }
    net::cancellation_signal& cancellation() noexcept { return cancellation_; }
    transfer_memory<typename core_type::executor_type>& memory() noexcept { return memory_; }
    /// Cancels the read in flight.
    void cancel_if(bool is_needed) {
        if (is_needed) cancellation_.emit(net::cancellation_type::terminal);
    }

    /// Returns the end of the connection, if it is known or the system knows it, without consuming bytes.
    error_code probe();

    /// Puts the overflow byte into the state.
    void refill();
    /// Reads once from a connection that has failed: bytes that the system still holds.
    void collect(operation* receive);
    /// Reads without waiting for the event loop, for `spin` at most.
    void read_now(operation& receive, std::chrono::nanoseconds spin);
    void read(operation* receive);
    void read_done(const error_code& ec, std::size_t n, operation* receive);

private:
    Connection& connection_;
    receive_machine& machine_;
    read_room<core_type> room_;
    net::cancellation_signal cancellation_;
    transfer_memory<typename core_type::executor_type> memory_;
};

template <class Connection> UPLINK_DECL error_code reader<Connection>::probe() {
    machine_.look_at_state(room_.held());
    if (!machine_.must_peek()) return machine_.known_end();
    const error_code peeked = peek(connection_.stream());
    return machine_.probed(peeked, peeked == net::error::eof ? connection_.end_facts() : end_facts());
}

template <class Connection> UPLINK_DECL void reader<Connection>::refill() {
    try {
        const net::mutable_buffer room = room_.in_state();
        if (machine_.is_closed()) return;
        room_.commit_overflow(room, machine_);
        machine_.refilled(room_.held());
    } catch (...) {
        machine_.no_memory();
    }
}

template <class Connection> UPLINK_DECL void reader<Connection>::collect(operation* receive) {
    try {
        const net::mutable_buffer room = room_.in_state();
        if (machine_.is_closed()) return;
        error_code ec;
        const std::size_t n = read_without_waiting(connection_.stream(), room, ec);
        if (n != 0) room_.commit(n, read_target::state, receive, machine_);
        machine_.collected(ec, n, room_.held());
    } catch (...) {
        machine_.no_memory();
    }
}

template <class Connection>
UPLINK_DECL void reader<Connection>::read_now(operation& receive, std::chrono::nanoseconds spin) {
    try {
        const net::mutable_buffer room = room_.of(machine_.target(), &receive);
        if (!machine_.may_read()) return machine_.not_read();
        error_code ec;
        const std::size_t n =
            spin_read<typename core_type::clock_type>(connection_.stream(), room, ec, spin, receive);
        if (is_transient(ec)) return machine_.not_read();
        read_done(ec, n, &receive);
    } catch (...) {
        machine_.not_read();  // the asynchronous read will fail in the same way
    }
}

template <class Connection> UPLINK_DECL void reader<Connection>::read(operation* receive) {
    try {
        const net::mutable_buffer room = room_.of(machine_.target(), receive);
        if (!machine_.may_read()) return machine_.not_read();
        machine_.read_started(room.size());
        if (machine_.target() == read_target::state) room_.guard_state(true);
        connection_.stream().async_read_some(room, read_handler<Connection>(connection_));
    } catch (...) {  // The state or Asio had no memory.
        room_.guard_state(false);
        machine_.no_memory();
    }
}

template <class Connection>
UPLINK_DECL void reader<Connection>::read_done(const error_code& ec, std::size_t bytes, operation* receive) {
    const std::size_t n = machine_.accepted(bytes);
    if (n != 0) room_.commit(n, machine_.target(), receive, machine_);
    machine_.read_done(ec, n, room_.held());
}

}  // namespace uplink::detail
