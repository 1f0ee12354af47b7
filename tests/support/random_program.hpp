// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A program of operations on a client, chosen by a seed or by the bytes of a fuzzer, against a network whose peer and
// faults are chosen likewise; with a model of what must come of it: bytes in order, none twice, none lost; what is
// refused and how; the first fatal error latched; counts that agree with the transport's.
#pragma once

#include "support/choices.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace uplink::tests {

struct program_result {
    std::vector<std::string> failures{};
    std::size_t operations = 0;  ///< of the client
    std::size_t events = 0;      ///< of the network
    std::string history{};       ///< what was done, and what came of it; for people
};

/// `aloud`: each step is also printed before it is taken, for those that crash.
program_result run_program(choices from, bool aloud = false);

}  // namespace uplink::tests
