// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnecting client on a simulated network, brought into each of its states.
#pragma once

#include "support/completion.hpp"
#include "support/simulated_reconnect.hpp"

#include <string>

namespace uplink::tests {

class reconnect_state_test : public reconnect_test {
public:
    /// A client in that state; `server` says what comes of a connection.
    simulated_reconnect make_in(const std::string& state);

private:
    completion before_{};
};

}  // namespace uplink::tests
