// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of proxy_choice.hpp.
#pragma once

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_choice.hpp>
#include <uplink/detail/machine/proxy_url.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

namespace direct {

UPLINK_DECL std::optional<network> read_address(std::string_view text) {
    if (!is_plain(text) || text.find('%') != std::string_view::npos) return std::nullopt;
    error_code ec;
    const auto address = net::ip::make_address(std::string(text), ec);
    if (ec) return std::nullopt;
    return network{address, bits_of(address)};
}

UPLINK_DECL network without_mapping(const network& found) {
    constexpr std::size_t prefix = 96;
    if (!found.address.is_v6() || !found.address.to_v6().is_v4_mapped() || found.bits < prefix) return found;
    const auto bytes = found.address.to_v6().to_bytes();
    const net::ip::address_v4::bytes_type v4{{bytes[12], bytes[13], bytes[14], bytes[15]}};
    return {net::ip::address_v4(v4), found.bits - prefix};
}

UPLINK_DECL std::optional<network> read_network(std::string_view text) {
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

UPLINK_DECL bool has(const network& entry, const net::ip::address& address) {
    if (entry.address.is_v4() != address.is_v4()) return false;
    return address.is_v4()
               ? is_same_beginning(entry.address.to_v4().to_bytes(), address.to_v4().to_bytes(), entry.bits)
               : is_same_beginning(entry.address.to_v6().to_bytes(), address.to_v6().to_bytes(), entry.bits);
}

UPLINK_DECL std::string_view without_last_dot(std::string_view name) noexcept {
    return name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0));
}

UPLINK_DECL bool is_under(std::string_view host, std::string_view name) noexcept {
    if (name.size() > host.size() || !is_same_text(host.substr(host.size() - name.size()), name))
        return false;
    return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

UPLINK_DECL server read_server(std::string_view host, std::uint16_t port) {
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const bool may_have_scope = host.find(':') != std::string_view::npos;
    if (const auto found = read_address(may_have_scope ? host.substr(0, host.find('%')) : host))
        return {.address = without_mapping(*found).address, .port = port};
    return {.name = without_last_dot(host), .port = port};
}

UPLINK_DECL bool take_port(std::string_view& entry, std::uint16_t port) noexcept {
    const std::size_t colon = entry.rfind(':');
    if (colon == std::string_view::npos || entry.find(']', colon) != std::string_view::npos) return true;
    const bool is_v6 = entry.front() != '[' && entry.find(':') != colon;
    if (is_v6) return true;
    const std::string_view digits = entry.substr(colon + 1);
    entry = entry.substr(0, colon);
    return std::all_of(digits.begin(), digits.end(), is_digit) && port != 0 &&
           parse_number<std::uint16_t>(digits) == port;
}

UPLINK_DECL std::string without_brackets(std::string_view entry) {
    const std::size_t end = entry.find(']');
    if (!entry.starts_with('[') || end == std::string_view::npos) return std::string(entry);
    const std::string_view rest = entry.substr(end + 1);
    const std::string inside(entry.substr(1, end - 1));
    const bool is_v6 = inside.find(':') != std::string::npos;
    return is_v6 && (rest.empty() || rest.starts_with('/')) ? inside + std::string(rest) : std::string(entry);
}

UPLINK_DECL bool matches(std::string_view entry, const server& wanted) {
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

UPLINK_DECL std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace direct

UPLINK_DECL bool is_reached_directly(std::string_view list, std::string_view host, std::uint16_t port) {
    const direct::server wanted = direct::read_server(host, port);
    for (;;) {
        const std::size_t comma = list.find(',');
        if (direct::matches(direct::trim(list.substr(0, comma)), wanted)) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
}

UPLINK_DECL proxy_url choose_proxy(std::string_view host, std::uint16_t port,
                                   const proxy_environment& variables) {
    const auto url = variables.all_proxy ? variables.all_proxy : variables.all_proxy_in_upper_case;
    const auto list = variables.no_proxy ? variables.no_proxy : variables.no_proxy_in_upper_case;
    if (!url || url->empty()) return {};
    proxy_url proxy = parse_proxy_url(*url);
    if (!proxy.refused && list && is_reached_directly(*list, host, port)) return {};
    return proxy;
}

}  // namespace uplink::detail
