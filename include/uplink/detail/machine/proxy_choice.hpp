// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Chooses the proxy for a server by the variables of the environment, which are passed as values: all_proxy
// has the URL of the proxy, no_proxy the servers that are reached directly. Pure functions. No RFC defines
// the two; these are the rules here:
//
// - The variable in lower case counts; the one in upper case counts if the other is not set. Set and empty
//   means none.
// - The URL is read before the list, so that a malformed one is an error for every server.
// - The list has entries between commas; spaces and tabs around an entry are ignored. "*" is every server. A
//   name is that name and all names below it; a dot before it or behind it changes nothing, nor does upper
//   case. An address, an IPv6 one with or without brackets, is that address however it is written, and an
//   address with "/" and a number of bits (CIDR, RFC 4632, section 3.1) all addresses that begin with these
//   bits. "::ffff:192.0.2.1" is 192.0.2.1. ":" and a number behind an entry limits it to that port; an IPv6
//   address needs its brackets then.
// - A name is never compared with an address, and a name of the server is not looked up for it. A scope id of
//   the server is ignored. A malformed entry matches nothing; the other entries still count.
#pragma once

#include <uplink/detail/machine/proxy_url.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Not set is not the same as empty.
struct proxy_environment {
    std::optional<std::string_view> all_proxy{};
    std::optional<std::string_view> all_proxy_in_upper_case{};
    std::optional<std::string_view> no_proxy{};
    std::optional<std::string_view> no_proxy_in_upper_case{};
};

namespace direct {

/// An address and the number of its first bits that count. An IPv4 address that is written as an IPv6 one is
/// an IPv4 address here.
struct network {
    net::ip::address address{};
    std::size_t bits = 0;
};

inline std::size_t bits_of(const net::ip::address& address) noexcept { return address.is_v4() ? 32 : 128; }

/// The text has no brackets and no scope id.
std::optional<network> read_address(std::string_view text);

network without_mapping(const network& found);

/// An address, or an address, "/" and a number of bits.
std::optional<network> read_network(std::string_view text);

template <class Bytes> bool is_same_beginning(const Bytes& left, const Bytes& right, std::size_t bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(whole), right.begin()))
        return false;
    const std::size_t rest = bits % 8;
    return rest == 0 || ((left[whole] ^ right[whole]) >> (8 - rest)) == 0;
}

bool has(const network& entry, const net::ip::address& address);
std::string_view without_last_dot(std::string_view name) noexcept;

/// The name itself, or one below it.
bool is_under(std::string_view host, std::string_view name) noexcept;

/// The server, as it is compared with the entries.
struct server {
    std::optional<net::ip::address> address{};
    std::string_view name{};  ///< if there is no address
    std::uint16_t port = 0;
};

server read_server(std::string_view host, std::uint16_t port);

/// Takes ":" and a port off the entry, if it has one. False if it is malformed, or another port than the
/// server's.
bool take_port(std::string_view& entry, std::uint16_t port) noexcept;

/// Takes off the brackets of "[address]" and of "[address]/bits"; what remains of any other brackets is no
/// address and no name.
std::string without_brackets(std::string_view entry);

bool matches(std::string_view entry, const server& wanted);
std::string_view trim(std::string_view text) noexcept;

}  // namespace direct

/// True if an entry of the list matches.
bool is_reached_directly(std::string_view list, std::string_view host, std::uint16_t port);

/// The proxy for the server, kind none if it is reached directly.
proxy_url choose_proxy(std::string_view host, std::uint16_t port, const proxy_environment& variables);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/proxy_choice.ipp>
#endif
