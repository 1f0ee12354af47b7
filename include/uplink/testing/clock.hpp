// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The clock of simulated networks. It names a time scale and no more: there is no clock::now(), because
// each network has a time of its own (network::now()), which moves only while that network runs.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <chrono>
#include <cstdint>

namespace uplink::inline UPLINK_NAMESPACE::testing {

/// Virtual time in nanoseconds. A network's time does not begin at zero, so that a default-constructed
/// time point lies in its past.
struct clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<clock, duration>;
    static constexpr bool is_steady = true;
};

static_assert(sizeof(clock::rep) == sizeof(std::int64_t));

}  // namespace uplink::testing
