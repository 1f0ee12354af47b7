// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The address of a proxy and how to log in to it: plain values for client_options::proxy. Credentials are
// kept in these strings alone; no error message and no connect report repeats them. A value that can't be
// sent is asio::error::invalid_argument from async_connect: an empty host, port 0, a user or password that is
// over 255 bytes or has a control character, and the cases that stand at the kind of proxy.
//
// A server's name is passed to the proxy as it is, and an IP literal as an address. The name of a service is
// looked up here, without the name of the server, so that the proxy gets a number. If the server is known by
// several addresses (a range of endpoints, or a name that was looked up here), the proxy is asked for the
// next one as long as it says that it cannot reach the one before, each time over a new connection.
//
// The functions at the end make such a value of a URL, or of the environment if a program asks for that.
#pragma once

#include <uplink/detail/machine/proxy_url.hpp>
#include <uplink/net.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE {

/// Connect directly.
struct no_proxy {};

/// A SOCKS5 proxy (RFC 1928), with user and password of RFC 1929 if `user` is not empty; a password without a
/// user is invalid.
struct socks5_proxy {
    std::string host{};         ///< a name or an IP literal
    std::uint16_t port = 1080;  ///< from 1 to 65535
    std::string user{};         ///< empty: no log-in
    std::string password{};     ///< empty: none
    /// The proxy looks the server's name up. False: this machine does, before it connects to the proxy.
    bool remote_dns = true;
};

/// An HTTP proxy that tunnels with CONNECT (RFC 9110, section 9.3.6). A colon in `user` is invalid (RFC 7617,
/// section 2), and so is a space or a byte that is not ASCII. A password without a user is sent with an empty
/// one. Some proxies, tinyproxy among them, take a half-close for our leaving and cut the answer, which then
/// looks like a whole one: through them a request is better sent without a half-close.
struct http_proxy {
    std::string host{};         ///< a name or an IP literal
    std::uint16_t port = 3128;  ///< from 1 to 65535
    std::string user{};         ///< empty: no log-in
    std::string password{};     ///< empty: none
};

/// No proxy, or one of the two kinds.
using proxy_options = std::variant<no_proxy, socks5_proxy, http_proxy>;

namespace detail {

proxy_options to_proxy_options(proxy_url&& url);
proxy_options to_proxy_options(proxy_url&& url, const char* function);
std::optional<std::string_view> read_variable(const char* name) noexcept;
proxy_url choose_proxy_from_environment(std::string_view host, std::uint16_t port);

}  // namespace detail

/// Reads the URL of a proxy (RFC 3986): the scheme `socks5` (the server's name is looked up here), `socks5h`
/// (by the proxy) or `http`, then `://`, `user:password@` or `user@` if the proxy wants a log-in, the host, a
/// colon and the port if it is not the usual one (1080, 3128), and at most one `/`. An IPv6 address stands in
/// brackets. In user and password a byte that is not allowed in a URL is percent-encoded, `@`, `/`, `?`, `#`
/// and `%` too.
///
/// Anything else is asio::error::invalid_argument and no_proxy: another scheme or none, a path, a host that
/// is none, a port outside 1 to 65535, a control character in user or password, more than 255 bytes in one of
/// them, a SOCKS5 password without a user, an HTTP user with a colon, a space or a byte above ASCII. Check
/// the code before you use the result, since no_proxy connects directly. No system call is made.
proxy_options parse_proxy(std::string_view url, error_code& ec);
/// As above, but throws system_error, which says what is wrong and repeats no part of the URL.
proxy_options parse_proxy(std::string_view url);

/// The proxy that the environment has for this server: the URL in `all_proxy`, unless the server is one of
/// those in `no_proxy`; no_proxy if there is none. The library never calls this by itself.
///
/// If a variable is not set in lower case, it is read in upper case; set and empty means none. The URL is as
/// for parse_proxy, and a malformed one is asio::error::invalid_argument for every server, never a direct
/// connection. `no_proxy` is a list with commas of
/// - names, which stand for the names below them too, with or without a leading dot: `example.com`,
/// - addresses and networks, compared as addresses: `192.0.2.1`, `2001:db8::/32`,
/// - either of them with a port, for that port alone: `example.com:80`, `[::1]:80`,
/// - `*`, which is every server.
///
/// A malformed entry matches nothing. A name is not looked up to compare it with addresses.
///
/// @param host  As for async_connect: a name or an IP literal.
/// @param port  The number of the port.
///
/// The environment is read with getenv at each call: no other thread may change it meanwhile (setenv,
/// putenv).
proxy_options proxy_from_environment(std::string_view host, std::uint16_t port, error_code& ec);
/// As above, but throws system_error, which says what is wrong and repeats no part of the URL.
proxy_options proxy_from_environment(std::string_view host, std::uint16_t port);

}  // namespace uplink

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/proxy.ipp>
#endif
