// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests of a reconnecting client's sends share.
#pragma once

#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

inline reconnect_options keeping(std::chrono::nanoseconds wait = std::chrono::seconds(1)) {
    reconnect_options options = every(wait);
    options.on_loss = loss_policy::keep_untouched;
    return options;
}

class send_test : public reconnect_test {
public:
    const std::string& received(std::size_t attempt) const { return net.attempts()[attempt].received; }
    /// A client whose queue takes so many bytes without a connection, and with one.
    simulated_reconnect make_limited(std::size_t without, std::size_t with) {
        reconnect_options options = every(std::chrono::seconds(1));
        options.queue_limit = without;
        client_options below;
        below.send_queue.limit = with;
        return make(options, below);
    }
    simulated_reconnect make_with_low_water(std::size_t low_water) {
        client_options below;
        below.send_queue.low_water = low_water;
        return make(every(std::chrono::seconds(1)), below);
    }
};

}  // namespace uplink::tests
