// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A handler for async_connect on a simulated network that keeps what it is told, and when.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using simulated_client = async_client<testing::socket>;

struct told_connect {
    std::size_t times = 0;
    error_code ec{};
    net::ip::tcp::endpoint endpoint{};
    std::chrono::nanoseconds at{};  ///< since the network began
    std::size_t open = 0;           ///< sockets, when the handler ran

    auto handler(testing::network& network) {
        return [this, &network](error_code result, net::ip::tcp::endpoint winner) {
            ++times;
            ec = result;
            endpoint = winner;
            at = network.elapsed();
            open = network.open_sockets();
        };
    }
    bool failed_once_with(const error_code& expected) const {
        return times == 1 && ec == expected && endpoint == net::ip::tcp::endpoint() && open == 0;
    }
    bool succeeded_once() const { return times == 1 && !ec && open == 1; }
};

/// On port 80.
inline net::ip::tcp::endpoint place(const std::string& address) {
    return {net::ip::make_address(address), 80};
}

}  // namespace uplink::tests
