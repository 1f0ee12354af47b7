// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A row of the connect race's table on the simulated network, driven through async_connect of the real client:
// what the network saw, and what the handler was told.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/connect_race_row.hpp"

#include <cstddef>
#include <string>

namespace uplink::tests {

void describe(const race_row& row, testing::network& network);

/// One async_connect of a row.
class simulated_race {
public:
    using client_type = async_client<testing::socket>;

    simulated_race(const race_row& row, testing::network& network);

    const connect_report& report() const { return client_.last_connect(); }
    client_type& client() { return client_; }

    /// The attempts that this client made, where it is the network's only one.
    race_starts starts() const;
    const race_address& address_of(const net::ip::tcp::endpoint& endpoint) const;

    std::size_t handlers_inside = 0;  ///< called inside async_connect
    std::size_t handlers = 0;
    error_code error{};
    std::string winner{};
    nanoseconds end{};
    std::size_t open = 0;        ///< sockets, when the handler ran
    std::size_t unfinished = 0;  ///< attempts whose sockets were open then, the winner's aside

private:
    void on_connect(error_code ec, const net::ip::tcp::endpoint& endpoint);

    race_row row_;
    testing::network& network_;
    client_type client_;
    testing::timer canceller_;
};

}  // namespace uplink::tests
