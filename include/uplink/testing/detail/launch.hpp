// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Starts every operation of a simulated socket or timer. If it throws, nothing has happened.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/operation.hpp>
#include <uplink/testing/detail/simulation.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// Gives an operation its id and its memory, connects its cancellation slot, and calls start(id). `owner` is
/// the state of a socket or of a timer.
template <bool WithCount, class Owner, class Handler, class Executor, class Buffers, class Start>
void launch(const std::shared_ptr<Owner>& owner, simulation& network, std::size_t number, Handler&& handler,
            const Executor& ex, const Buffers& buffers, Start start) {
    const std::uint64_t id = network.new_id();
    auto slot = net::get_associated_cancellation_slot(handler);
    auto op = make_operation<WithCount>(std::forward<Handler>(handler), ex, buffers);
    op->number = number;
    network.adopt(id, std::move(op));
    try {
        if (slot.is_connected()) slot.template emplace<cancel_operation>(cancel_operation{owner, id});
        if (network.is_pending(id)) start(id);
    } catch (...) {
        network.discard(id);
        throw;
    }
}

}  // namespace uplink::testing::detail
