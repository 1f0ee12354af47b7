// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The bytes decide the options, the network, the peer, the faults and the operations, each byte one choice.

#include <fuzz/targets.hpp>

#include "support/random_program.hpp"

#include <string>
#include <string_view>

namespace fuzz {

void conversation(std::string_view input) {
    using namespace uplink::tests;
    const program_result result = run_program(choices::of_bytes(input));
    if (!result.failures.empty()) std::cerr << result.history;
    for (const std::string& each : result.failures) std::cerr << each << '\n';
    require(result.failures.empty(), "the model of a conversation");
}

}  // namespace fuzz
