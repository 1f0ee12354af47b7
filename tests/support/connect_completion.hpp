// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The completion of an async_connect on a simulated network, with the time and the number of open sockets then.
//   CHECK(connect == established());
//   CHECK(connect == not_established(errc::connect_timeout));
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/completion.hpp"

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>

namespace uplink::tests {

using simulated_client = async_client<testing::socket>;

struct connect_completion : completion {
    std::chrono::nanoseconds at{};  ///< since the network began
    std::size_t open = 0;           ///< sockets, when the handler ran

    auto handler(testing::network& network) {
        return [this, &network](error_code result, net::ip::tcp::endpoint winner) {
            set(result, winner);
            at = network.elapsed();
            open = network.open_sockets();
        };
    }
};

/// One call: with success and one open socket, or with an error, no endpoint and no open socket.
struct expected_connect {
    error_code ec{};
};
inline expected_connect established() { return {}; }
inline expected_connect not_established(const error_code& ec) { return {ec}; }

inline bool operator==(const connect_completion& seen, const expected_connect& expected) {
    if (!(seen == completed(expected.ec))) return false;
    return expected.ec ? seen.endpoint == net::ip::tcp::endpoint() && seen.open == 0 : seen.open == 1;
}
inline std::ostream& operator<<(std::ostream& out, const connect_completion& seen) {
    out << static_cast<const completion&>(seen);
    if (seen) out << ", endpoint " << seen.endpoint << ", " << seen.open << " open sockets";
    return out;
}
inline std::ostream& operator<<(std::ostream& out, const expected_connect& expected) {
    return out << completed(expected.ec)
               << (expected.ec ? ", no endpoint, no open socket" : ", one open socket");
}

/// On port 80.
inline net::ip::tcp::endpoint place(const std::string& address) {
    return {net::ip::make_address(address), 80};
}

}  // namespace uplink::tests
