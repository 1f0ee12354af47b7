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

#include <uplink/detail/machine/connect_target.hpp>
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
inline std::optional<network> read_address(std::string_view text) {
    if (!is_plain(text) || text.find('%') != std::string_view::npos) return std::nullopt;
    error_code ec;
    const auto address = net::ip::make_address(std::string(text), ec);
    if (ec) return std::nullopt;
    return network{address, bits_of(address)};
}

inline network without_mapping(const network& found) {
    constexpr std::size_t prefix = 96;
    if (!found.address.is_v6() || !found.address.to_v6().is_v4_mapped() || found.bits < prefix) return found;
    const auto bytes = found.address.to_v6().to_bytes();
    const net::ip::address_v4::bytes_type v4{{bytes[12], bytes[13], bytes[14], bytes[15]}};
    return {net::ip::address_v4(v4), found.bits - prefix};
}

/// An address, or an address, "/" and a number of bits.
inline std::optional<network> read_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    auto result = read_address(text.substr(0, slash));
    if (!result) return std::nullopt;
    if (slash != std::string_view::npos) {
        const auto bits = parse_number<std::size_t>(text.substr(slash + 1));
        if (!bits || *bits > result->bits) return std::nullopt;
        result->bits = *bits;
    }
    return without_mapping(*result);
}

template <class Bytes> bool is_same_beginning(const Bytes& left, const Bytes& right, std::size_t bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(whole), right.begin()))
        return false;
    const std::size_t rest = bits % 8;
    return rest == 0 || ((left[whole] ^ right[whole]) >> (8 - rest)) == 0;
}

inline bool has(const network& entry, const net::ip::address& address) {
    if (entry.address.is_v4() != address.is_v4()) return false;
    return address.is_v4()
               ? is_same_beginning(entry.address.to_v4().to_bytes(), address.to_v4().to_bytes(), entry.bits)
               : is_same_beginning(entry.address.to_v6().to_bytes(), address.to_v6().to_bytes(), entry.bits);
}

inline std::string_view without_last_dot(std::string_view name) noexcept {
    return name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0));
}

/// The name itself, or one below it.
inline bool is_under(std::string_view host, std::string_view name) noexcept {
    if (name.size() > host.size() || !is_same_text(host.substr(host.size() - name.size()), name))
        return false;
    return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

/// The server, as it is compared with the entries.
struct server {
    std::optional<net::ip::address> address{};
    std::string_view name{};  ///< if there is no address
    std::uint16_t port = 0;
};

inline server read_server(std::string_view host, std::uint16_t port) {
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const bool may_have_scope = host.find(':') != std::string_view::npos;
    if (const auto found = read_address(may_have_scope ? host.substr(0, host.find('%')) : host))
        return {.address = without_mapping(*found).address, .port = port};
    return {.name = without_last_dot(host), .port = port};
}

/// Takes ":" and a port off the entry, if it has one. False if it is malformed, or another port than the
/// server's.
inline bool take_port(std::string_view& entry, std::uint16_t port) noexcept {
    const std::size_t colon = entry.rfind(':');
    if (colon == std::string_view::npos || entry.find(']', colon) != std::string_view::npos) return true;
    const bool is_v6 = entry.front() != '[' && entry.find(':') != colon;
    if (is_v6) return true;
    const std::string_view digits = entry.substr(colon + 1);
    entry = entry.substr(0, colon);
    return std::all_of(digits.begin(), digits.end(), is_digit) && port != 0 &&
           parse_number<std::uint16_t>(digits) == port;
}

/// Takes off the brackets of "[address]" and of "[address]/bits"; what remains of any other brackets is no
/// address and no name.
inline std::string without_brackets(std::string_view entry) {
    const std::size_t end = entry.find(']');
    if (!entry.starts_with('[') || end == std::string_view::npos) return std::string(entry);
    const std::string_view rest = entry.substr(end + 1);
    const std::string inside(entry.substr(1, end - 1));
    const bool is_v6 = inside.find(':') != std::string::npos;
    return is_v6 && (rest.empty() || rest.starts_with('/')) ? inside + std::string(rest) : std::string(entry);
}

inline bool matches(std::string_view entry, const server& wanted) {
    if (entry.empty() || !take_port(entry, wanted.port)) return false;
    if (entry == "*") return true;
    const std::string text = without_brackets(entry);
    if (const auto network = read_network(text)) return wanted.address && has(*network, *wanted.address);
    std::string_view name = without_last_dot(text);
    if (name.starts_with('.')) name.remove_prefix(1);
    const bool is_name = !name.empty() && is_plain(name) && !name.starts_with('.') && !name.ends_with('.') &&
                         name.find_first_of("*:/[]%") == std::string_view::npos && !ends_in_number(name);
    return is_name && is_under(wanted.name, name);
}

inline std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace direct

/// True if an entry of the list matches.
inline bool is_reached_directly(std::string_view list, std::string_view host, std::uint16_t port) {
    const direct::server wanted = direct::read_server(host, port);
    for (;;) {
        const std::size_t comma = list.find(',');
        if (direct::matches(direct::trim(list.substr(0, comma)), wanted)) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
}

/// The proxy for the server, kind none if it is reached directly.
inline proxy_url choose_proxy(std::string_view host, std::uint16_t port, const proxy_environment& variables) {
    const auto url = variables.all_proxy ? variables.all_proxy : variables.all_proxy_in_upper_case;
    const auto list = variables.no_proxy ? variables.no_proxy : variables.no_proxy_in_upper_case;
    if (!url || url->empty()) return {};
    proxy_url proxy = parse_proxy_url(*url);
    if (!proxy.refused && list && is_reached_directly(*list, host, port)) return {};
    return proxy;
}

}  // namespace uplink::detail
