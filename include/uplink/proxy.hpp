// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where a proxy stands and how to log in to it: plain values for client_options::proxy. Credentials are
// kept in these strings alone; no error message and no connect report repeats them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace uplink {

/// Connect directly.
struct no_proxy {};

/// A SOCKS5 proxy (RFC 1928), with user and password of RFC 1929 where `user` is not empty.
struct socks5_proxy {
    std::string host{};
    std::uint16_t port = 1080;
    std::string user{};
    std::string password{};
    bool remote_dns = true;  ///< the proxy looks the server's name up, not this machine
};

/// An HTTP proxy that tunnels with CONNECT (RFC 9110, section 9.3.6).
struct http_proxy {
    std::string host{};
    std::uint16_t port = 8080;
    std::string user{};
    std::string password{};
};

using proxy_options = std::variant<no_proxy, socks5_proxy, http_proxy>;

}  // namespace uplink
