// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a connect asks of its owner, and what the parts of a connect ask of the connect operation.
#pragma once

#include <uplink/net.hpp>

#include <chrono>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The functions that a connect and its attempts call on their owner, the client's core.
template <class Core>
concept connect_owner = requires(Core& core) {
    core.get_executor();
    core.shared_from_this();
    core.options().connect;
    core.options().proxy;
    core.options().observer;
    core.id();  // for the observer
    core.now();
    core.deadlines();
    core.completions().memory();       // for a result that is posted
    core.record().report();            // written where it lives
    core.connections().has_retired();  // the last read or write of an earlier connection is still in flight
    core.finish_turn();
};

/// The functions that the children of a connect (attempts, handshake, conversation with a proxy) call on
/// their owner when one of them has completed.
template <class Operation, class Event>
concept child_owner = requires(Operation& operation, Event event, const error_code& ec) {
    operation.core->shared_from_this();
    operation.core->get_executor();
    operation.core->finish_turn();
    operation.child_ended(event, ec);
};

/// The functions that a race of addresses calls on its owner.
template <class Operation>
concept race_owner = requires(Operation& operation, const error_code& ec,
                              std::chrono::nanoseconds since_start) {
    operation.core->options().connect;
    operation.core->deadlines();
    operation.core->record().report();
    operation.events();   // for the observer
    operation.elapsed();  // since the connect began
    operation.time_at(since_start);
    operation.measure_limit();   // the time limit of the connect counts from now on
    operation.only_looks_up();   // the server's addresses are wanted, and nothing is connected
    operation.looked_up_name();  // what is looked up
    operation.looked_up_service();
    operation.addresses_found();  // the result of a race that only looks up
    operation.race_decided(ec);   // the result of any other
};

}  // namespace uplink::detail
