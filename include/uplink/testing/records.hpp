// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The records of a simulated network: every connection attempt and every lookup, with times since the network
// was made. Plain values, which the network keeps after the sockets are destroyed.
#pragma once

#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/testing/clock.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace uplink::inline UPLINK_NAMESPACE::testing {

/// One socket that was opened, and its traffic.
struct attempt {
    net::ip::tcp::endpoint remote{};  ///< the address that was tried
    net::ip::tcp::endpoint local{};   ///< the client's own address
    clock::duration start{};          ///< when the socket was opened
    std::optional<clock::duration>
        end{};               ///< when it connected, failed or was given up; none: still connecting
    error_code error{};      ///< operation_aborted: the client gave it up
    bool connected = false;  ///< the connection was made
    std::optional<clock::duration> closed{};  ///< when the client closed the socket
    bool reset = false;                       ///< the client has ended with RST, not with FIN
    std::size_t written = 0;                  ///< bytes that the client's writes have reported as sent
    std::size_t read = 0;                     ///< bytes that the client's reads have received
    std::string received{};                   ///< the bytes that reached the peer
    bool finished = false;                    ///< the peer has reached the end of its script
    socket_options options{};                 ///< the options that the client set on the socket
};

/// One question to the simulated resolver.
struct lookup {
    std::string host{};                    ///< the name that was asked for
    std::string service{};                 ///< the service that was asked for
    address_family family{};               ///< of the addresses
    clock::duration start{};               ///< when it was asked
    std::optional<clock::duration> end{};  ///< when the answer was given; none: not yet, or never
    error_code error{};                    ///< the result
    std::size_t addresses = 0;             ///< how many there were in the answer
};

}  // namespace uplink::testing
