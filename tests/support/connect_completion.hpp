// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The completion of an async_connect on a simulated network, with the time and the number of open sockets then.
//   CHECK(connect == established());
//   CHECK(connect == not_established(errc::connect_timeout));
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/completion.hpp"
#include "support/instantiations.hpp"

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>

namespace uplink::tests {

using simulated_client = async_client<testing::socket>;

struct connect_completion : completion {
    std::chrono::nanoseconds at{};  ///< since the network began
    std::size_t open = 0;           ///< sockets, when the handler ran

    /// The handler that writes it.
    class connect_recorder {
    public:
        connect_recorder(connect_completion& to, testing::network& network) noexcept
            : to_(&to), network_(&network) {}
        void operator()(const error_code& result, const net::ip::tcp::endpoint& winner) const;

    private:
        connect_completion* to_;
        testing::network* network_;
    };
    connect_recorder handler(testing::network& network) noexcept { return {*this, network}; }
};

/// One call: with success and one open socket, or with an error, no endpoint and no open socket.
struct expected_connect {
    error_code ec{};
};
inline expected_connect established() { return {}; }
inline expected_connect not_established(const error_code& ec) { return {ec}; }

bool operator==(const connect_completion& seen, const expected_connect& expected);
std::ostream& operator<<(std::ostream& out, const connect_completion& seen);
std::ostream& operator<<(std::ostream& out, const expected_connect& expected);

/// On port 80.
net::ip::tcp::endpoint place(const std::string& address);

}  // namespace uplink::tests

// Compiled once, as what else is not here, in connect_completion.cpp.
namespace uplink::inline UPLINK_NAMESPACE::detail {

extern template class handler_operation<connect_operation<simulated_core>,
                                        tests::connect_completion::connect_recorder,
                                        simulated_core::executor_type, net::recycling_allocator<void>>;

}  // namespace uplink::detail
