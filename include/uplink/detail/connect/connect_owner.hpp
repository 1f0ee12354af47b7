// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a connect asks of its owner.
#pragma once

#include <uplink/detail/support/namespace.hpp>

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

}  // namespace uplink::detail
