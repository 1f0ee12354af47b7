// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the parts of a connection ask of their owners: its operations and its room for reads of the client's
// core, the sender and the receiver of the connection.
#pragma once

#include <uplink/detail/support/operation.hpp>
#include <uplink/net.hpp>

#include <concepts>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The functions that a send, a receive and a drain call on the client's core.
template <class Core>
concept transfer_owner = requires(Core& core, operation_base& operation) {
    typename Core::time_point;
    core.deadlines();            // removes the operation's limits
    core.connections();          // stops the operation on the current connection, by stop_send() and so on
    core.deliver(operation);     // calls its handler at the end of the turn
    core.receive_delivered();    // another receive may be started
    core.options().max_receive;  // bytes
};

/// The functions that the room for the bytes of a connection calls on the client's core.
template <class Core>
concept read_room_owner = requires(Core& core) {
    core.state();
    core.options().max_receive;  // bytes
    core.end_view();             // of the last receive
};

/// The functions that a sender calls on its owner, the connection.
template <class Connection>
concept sender_owner = requires(Connection& owner, const error_code& ec) {
    owner.core();
    owner.stream();
    owner.completions_wait();        // completion handlers are pending, so new sends are deferred
    owner.take_other_clients_ran();  // writes are short then
    owner.write_settled();
    owner.discard_until_end();
    owner.shut_down();
    owner.release_memory();  // of the stream
    owner.fail(ec);
    { Connection::can_write_now } -> std::convertible_to<bool>;
};

/// The functions that a receiver calls on its owner, the connection.
template <class Connection>
concept receiver_owner = requires(Connection& owner, const error_code& ec) {
    owner.core();
    owner.stream();
    owner.end_facts();
    owner.interrupt_write();
    owner.resume_deferred();
    owner.peer_ended();
    owner.fail(ec);
    owner.report_failure();
    { Connection::can_read_now } -> std::convertible_to<bool>;
};

}  // namespace uplink::detail
