// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For tests of single rules: a client_run that is connected to one server, which the constructor's argument
// describes. Its destructor fails the test where an operation was mistreated (see client_run.hpp). Its functions are
// compiled once, in connected.cpp.
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
                       bool handlers_are_bound = true);
    ~connected();

    using client_run::run_until;
    /// Only until this handler has been called; run() goes on until nothing happens any more.
    void run_until(const completion& result);

    /// What reached the peer.
    const std::string& peer_got();
    std::string held();
};

/// Takes no more than four bytes, and reads none of them.
void deaf_after_four(uplink::testing::endpoint& server);
/// The same, and has something to say.
void deaf_with_reply(uplink::testing::endpoint& server);

inline constexpr net::cancellation_type every_type[] = {
    net::cancellation_type::terminal, net::cancellation_type::partial, net::cancellation_type::total};

}  // namespace uplink::tests
