// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A random program of a reconnecting client, chosen by a seed: operations, limits, cancels, stops and starts, while its
// servers refuse it, drop it and come back; then close() or destruction, and the checks of reconnect_checks.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace uplink::tests {

struct random_reconnect_result {
    std::vector<std::string> failures{};
    std::size_t operations = 0;
    std::size_t connections = 0;
    std::size_t sent = 0;      ///< bytes that connections were given
    std::size_t received = 0;  ///< bytes that were read
    std::string history{};     ///< for people
};

/// `aloud`: each step is also printed before it is taken.
random_reconnect_result run_random_reconnect(std::uint64_t seed, bool aloud);

}  // namespace uplink::tests
