// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The seed of a client's random numbers: the one in the options, else from the system's entropy. The time of
// day would be no seed: clients that start together would wait equally long.
#pragma once

#include <uplink/reconnect_options.hpp>

#include <cstdint>
#include <random>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline std::uint64_t seed_of(const reconnect_options& options) {
    if (options.seed) return *options.seed;
    std::random_device entropy;
    return (std::uint64_t{entropy()} << 32) | entropy();
}

}  // namespace uplink::detail
