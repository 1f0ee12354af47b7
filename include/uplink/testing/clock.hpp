// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The clock of simulated networks. It only names a time scale. There is no clock::now(), because each network
// has its own time (network::now()), which advances only while that network runs.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <chrono>
#include <cstdint>

namespace uplink::inline UPLINK_NAMESPACE::testing {

/// Virtual time in nanoseconds. The time of a network does not begin at zero, so a default-constructed time
/// point lies in the past.
struct clock {
    using duration = std::chrono::nanoseconds;                    ///< nanoseconds
    using rep = duration::rep;                                    ///< of the duration
    using period = duration::period;                              ///< of the duration
    using time_point = std::chrono::time_point<clock, duration>;  ///< a point of virtual time
    static constexpr bool is_steady = true;                       ///< it never goes back
};

static_assert(sizeof(clock::rep) == sizeof(std::int64_t));

}  // namespace uplink::testing
