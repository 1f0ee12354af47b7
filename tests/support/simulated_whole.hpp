// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One whole exchange, as the free async_exchange makes it, on the simulated network. Its client is compiled once, in
// simulated_whole.cpp.
#pragma once

#include <uplink/testing/network.hpp>

#include "support/completion.hpp"

#include <optional>

namespace uplink::tests {

/// Sends "request" to server.test, and what became of that.
class simulated_whole : public completion {
public:
    using time_limit = basic_time_limit<testing::clock>;

    explicit simulated_whole(testing::network& network) : network_(network) {}

    void start(std::optional<time_limit> limit = {}, bool half_closes = false, client_options options = {});

    net::cancellation_signal signal{};
    bool slot_was_free = false;
    testing::clock::duration when{};

private:
    struct handler;

    testing::network& network_;
};

}  // namespace uplink::tests
