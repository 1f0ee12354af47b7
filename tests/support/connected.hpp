// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For tests of single rules: a client_run that is connected to one server, which the constructor's argument
// describes. Its destructor fails the test where an operation was mistreated (see client_run.hpp).
#pragma once

#include "support/catch.hpp"
#include "support/client_run.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace uplink::tests {

inline constexpr const char* server_address = "192.0.2.1:80";

class connected : public client_run {
public:
    using describe = std::function<void(uplink::testing::endpoint&)>;

    explicit connected(const describe& server, uplink::client_options options = {},
                       bool handlers_are_bound = true)
        : client_run(handlers_are_bound, std::move(options)) {
        server(network().endpoint(server_address));
        peer_echoes = true;  // until told otherwise by a test that looks at what was received
        const operation& connecting = connect(server_address);
        run_until(connecting);
        CHECK(connecting == completed(success));
        peer_echoes = false;
    }
    ~connected() {
        for (const std::string& each : failures()) {
            INFO(each);
            CHECK(false);
        }
    }

    using client_run::run_until;
    /// Only until this handler has been called; run() goes on until nothing happens any more.
    void run_until(const completion& result) {
        network().run_until([&] { return static_cast<bool>(result); });
    }

    /// What reached the peer.
    const std::string& peer_got() { return network().attempts().back().received; }
    std::string held() { return std::string(client()->state().view()); }
};

/// Takes no more than four bytes, and reads none of them.
inline void deaf_after_four(uplink::testing::endpoint& server) { server.accept().window(4).deaf(); }
/// The same, and has something to say.
inline void deaf_with_reply(uplink::testing::endpoint& server) {
    server.accept().window(4).reply("abc").deaf();
}

inline constexpr net::cancellation_type every_type[] = {
    net::cancellation_type::terminal, net::cancellation_type::partial, net::cancellation_type::total};

}  // namespace uplink::tests
