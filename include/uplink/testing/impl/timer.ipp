// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of timer.hpp.
#pragma once

#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/timer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL timer_state::timer_state(std::shared_ptr<simulation> network)
    : network_(std::move(network)) {}

UPLINK_TESTING_DECL std::shared_ptr<timer_state> make_timer_state(std::shared_ptr<simulation> network) {
    return std::make_shared<timer_state>(std::move(network));
}

UPLINK_TESTING_DECL void timer_state::start_wait(std::uint64_t id) {
    waits_.reserve(waits_.size() + 1);
    wait next{id, {}};
    if (expiry != (clock::time_point::max)()) {
        next.event = network().schedule_at(expiry, event_class::timer, [weak = weak_from_this(), id] {
            if (const auto self = weak.lock()) self->end(id, {});
        });
    }
    waits_.push_back(next);
}

UPLINK_TESTING_DECL std::size_t timer_state::cancel() {
    const auto waits = std::exchange(waits_, {});
    for (const wait& each : waits) {
        network().unschedule(each.event);
        network().complete(each.id, net::error::operation_aborted);
    }
    return waits.size();
}

UPLINK_TESTING_DECL void timer_state::end(std::uint64_t id, error_code ec) {
    for (auto each = waits_.begin(); each != waits_.end(); ++each) {
        if (each->id != id) continue;
        network().unschedule(each->event);
        waits_.erase(each);
        return network().complete(id, ec);
    }
}

}  // namespace uplink::testing::detail
