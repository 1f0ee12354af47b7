// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Proxies of both kinds on the simulated network, as conversations: what each is asked and what it answers. The proxy is
// proxy.test, 192.0.2.9; the server is server.test, which no name server knows, unless a test says so. What
// the functions do is compiled once, in scripted_proxy.cpp.
#pragma once

#include <uplink/options.hpp>
#include <uplink/proxy.hpp>
#include <uplink/testing/network.hpp>

#include <string>
#include <vector>

namespace uplink::tests {

/// What is asked, and the answer.
struct proxy_turn {
    std::string asked;
    std::string answer;
};

struct scripted_proxy {
    std::string name;
    proxy_options options;
    std::string port;
    std::vector<proxy_turn> turns;
    int status = 0;  ///< in the report

    std::string endpoint() const;
    std::string asked() const;
    std::string answers() const;
    /// Adds the conversation to what an endpoint does after accept().
    testing::endpoint& talk(testing::endpoint& peer) const;
    /// A network that has only this proxy.
    testing::endpoint& describe(testing::network& net) const;
    client_options client() const;
};

/// A SOCKS5 reply with an IPv4 address (RFC 1928, section 6).
std::string socks5_reply(int code);
/// A SOCKS5 request for a name.
std::string socks5_request(const std::string& name, unsigned port);
/// A SOCKS5 request for an address of four bytes.
std::string socks5_request_v4(const std::string& bytes, unsigned port);
std::string http_request(const std::string& server, const std::string& more = {});
inline const std::string socks5_hello{"\5\1\0", 3};
inline const std::string socks5_hello_answer{"\5\0", 2};
inline const std::string http_ok = "HTTP/1.1 200 OK\r\n\r\n";

scripted_proxy socks5_without_user();
scripted_proxy socks5_with_user();
scripted_proxy http_without_user();
/// With a 1xx before the reply, fields that mean nothing here, and a folded line.
scripted_proxy http_with_user();
std::vector<scripted_proxy> all_proxies();

}  // namespace uplink::tests
