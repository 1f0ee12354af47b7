// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests of async_exchange and async_close on a simulated network share.
#pragma once

#include "support/connected.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;
using testing::endpoint;

/// With a half-close behind the request, or without one.
inline operation& start_exchange(client_run& talk, bool half_closes, std::string_view request,
                                 time_limit limit = {}) {
    const std::string text(request);
    return half_closes ? talk.exchange_to_end(text, {}, limit) : talk.exchange(text, {}, limit);
}

/// Says "no" and ends its side; takes no more than four bytes, and reads none of them.
inline void deaf_after_end(endpoint& server) { server.accept().window(4).reply("no").half_close().deaf(); }

}  // namespace uplink::tests
