// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The address of a proxy and how to log in to it: plain values for client_options::proxy. Credentials are
// kept in these strings alone; no error message and no connect report repeats them. A value that can't be
// sent is asio::error::invalid_argument from async_connect: an empty host, port 0, a user or password that is
// over 255 bytes or has a control character, and the cases that stand at the kind of proxy.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstdint>
#include <string>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE {

/// Connect directly.
struct no_proxy {};

/// A SOCKS5 proxy (RFC 1928), with user and password of RFC 1929 if `user` is not empty; a password without a
/// user is invalid.
struct socks5_proxy {
    std::string host{};  ///< a name or an IP literal
    std::uint16_t port = 1080;
    std::string user{};  ///< empty: no log-in
    std::string password{};
    bool remote_dns = true;  ///< the proxy looks the server's name up, not this machine
};

/// An HTTP proxy that tunnels with CONNECT (RFC 9110, section 9.3.6). A colon in `user` is invalid (RFC 7617,
/// section 2).
struct http_proxy {
    std::string host{};  ///< a name or an IP literal
    std::uint16_t port = 8080;
    std::string user{};
    std::string password{};
};

using proxy_options = std::variant<no_proxy, socks5_proxy, http_proxy>;

}  // namespace uplink
