// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Classifies the host and the service that a caller passes: an address literal or a name; a port number or a
// service name. Anything else is asio::error::invalid_argument before any system call is made. A literal is
// never looked up as a name. Functions and plain values; the result owns its strings.
//
// Host. A literal is IPv4 in four decimal parts without leading zeros, or IPv6 (RFC 4291, section 2.2) with
// or without brackets and scope id (RFC 4007, section 11). A scope id is a number or, for a link-local
// address, the name of an interface that begins with neither a digit nor a sign. An interface that this
// machine does not have is host_not_found, as from getaddrinfo; asking for the interface is the only system
// call made here. A host is invalid if its last label is a number (decimal, or hexadecimal after 0x) and it
// is no such literal: "127.1", "0x7f.1", "010.0.0.1", "256.0.0.1". Programs disagree on the address that such
// a text means, and no host name ends so (RFC 1123, section 2.1). A host with a colon or a bracket in another
// place, as in "example.com:80", is invalid too. So is "*", which glibc takes for this machine. Every other
// host is a name and is kept as given, including a trailing dot (the DNS root: no search list) and bytes that
// are not ASCII; the lookup decides its meaning.
//
// Service. All digits: a port, 1 to 65535, leading zeros allowed. Else a service name, which has a letter and
// does not begin with a sign (RFC 6335, section 5.1); it may begin with a digit, as "3com-tsmux" does.
#pragma once

#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The question that remains for the system or for the caller's resolver.
enum class lookup_need {
    nothing,  ///< the endpoint is {*literal, *port}
    service,  ///< the port of the service's name; ask with the numeric host only (AI_NUMERICHOST)
    name,     ///< the host's addresses, and the port if the service is a name too
};

struct connect_target {
    error_code error{};         ///< if set, only the reason is set too
    std::string_view reason{};  ///< of the error, in words: static text
    lookup_need need = lookup_need::nothing;
    std::optional<net::ip::address> literal{};
    std::optional<std::uint16_t> port{};
    std::string host{};     ///< for the lookup and to verify a certificate: as given, without brackets
    std::string service{};  ///< as given
};

inline constexpr std::size_t longest_name =
    253;  ///< RFC 1035, section 2.3.4, as text without the trailing dot

/// True if no byte is a control character, NUL, DEL or a space; bytes above ASCII are accepted.
inline bool is_plain(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7f;
    });
}

inline bool is_plain_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

inline bool ends_in_number(std::string_view host) noexcept {
    if (host.ends_with('.')) host.remove_suffix(1);
    std::string_view label = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
    if (label.starts_with("0x") || label.starts_with("0X")) {
        return std::all_of(label.begin() + 2, label.end(), is_hexadecimal);
    }
    return !label.empty() && std::all_of(label.begin(), label.end(), is_digit);
}

/// The number, if the whole text is a number and fits.
template <class Number> std::optional<Number> parse_number(std::string_view text) noexcept {
    Number value{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

inline refusal invalid(std::string_view reason) noexcept { return {net::error::invalid_argument, reason}; }

/// `text` is plain and has no brackets. The reason is `otherwise` if it is no address at all. The error is
/// invalid_argument, or host_not_found for an unknown interface.
inline refusal parse_v6(std::string_view text, std::string_view otherwise,
                        std::optional<net::ip::address>& result) {
    error_code syntax;
    const std::size_t percent = text.find('%');
    net::ip::address_v6 address = net::ip::make_address_v6(std::string(text.substr(0, percent)), syntax);
    if (syntax) return invalid(otherwise);
    if (percent != std::string_view::npos) {
        const std::string_view scope = text.substr(percent + 1);
        const std::string_view scope_reason =
            "the scope id of host is neither a number nor the name of an interface";
        if (std::all_of(scope.begin(), scope.end(), is_digit)) {
            const auto number = parse_number<std::uint32_t>(scope);
            if (!number) return invalid(scope_reason);
            address.scope_id(*number);
        } else {
            // Asio would read a scope that begins with a digit or a sign as a number if no interface has that
            // name.
            if (is_digit(scope.front()) || scope.front() == '-' || scope.front() == '+')
                return invalid(scope_reason);
            if (!address.is_link_local() && !address.is_multicast_link_local())
                return invalid("the scope id of host names an interface, and its address is not link-local");
            address = net::ip::make_address_v6(std::string(text), syntax);
            if (syntax || address.scope_id() == 0)
                return {net::error::host_not_found,
                        "the scope id of host names no interface of this machine"};
        }
    }
    result = address;
    return {};
}

/// Finds the frequent mistakes; empty if there is none of them.
inline std::string_view find_mistake(std::string_view host) noexcept {
    if (host == "*") return "host is *, which is not the name of a host";
    if (host.find("://") != std::string_view::npos) return "host is a URL; only its host is wanted";
    const std::size_t colon = host.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == host.size()) return {};
    const std::string_view rest = host.substr(colon + 1);
    const bool is_port = std::all_of(rest.begin(), rest.end(), is_digit);
    const bool is_only_one = host.find(':') == colon || host[colon - 1] == ']';
    return is_port && is_only_one ? "host includes a port, which belongs in service" : std::string_view();
}

inline refusal classify_host(std::string_view host, connect_target& result) {
    if (host.empty()) return invalid("host is empty");
    if (host.size() > longest_name + 1) return invalid("host is longer than 253 characters");
    if (!is_plain(host)) return invalid("host has a space or a control character");
    if (const std::string_view mistake = find_mistake(host); !mistake.empty()) return invalid(mistake);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const std::string_view brackets = "host has brackets, and they do not enclose an IPv6 address";
    if (host.find_first_of("[]") != std::string_view::npos) return invalid(brackets);
    result.host = host;
    if (bracketed || host.find(':') != std::string_view::npos) {
        const std::string_view colon = "host has a colon and is not an IPv6 address";
        return parse_v6(host, bracketed ? brackets : colon, result.literal);
    }
    error_code ec;
    const auto v4 = net::ip::make_address_v4(result.host, ec);
    if (!ec) {
        result.literal = v4;
        return {};
    }
    const std::size_t length = host.ends_with('.') ? host.size() - 1 : host.size();
    if (length == 0) return invalid("host is a dot alone");
    if (length > longest_name) return invalid("host is longer than 253 characters");
    if (ends_in_number(host))
        return invalid("host ends in a number and is not an IPv4 address of four parts");
    return {};
}

inline refusal classify_service(std::string_view service, connect_target& result) {
    if (service.empty()) return invalid("service is empty");
    if (!is_plain(service)) return invalid("service has a space or a control character");
    const std::string_view digits = service.substr(service.front() == '-' ? 1 : 0);
    const bool is_number = std::all_of(digits.begin(), digits.end(), is_digit) && !digits.empty();
    if (is_number && service.size() <= longest_name) result.port = parse_number<std::uint16_t>(service);
    if (is_number && result.port.value_or(0) == 0) return invalid("service is a port outside 1 to 65535");
    if (service.size() > longest_name) return invalid("service is longer than 253 characters");
    const bool is_name = std::any_of(service.begin(), service.end(), is_letter) && service.front() != '-' &&
                         service.front() != '+';
    if (!is_number && !is_name) return invalid("service is neither a port nor the name of a service");
    result.service = service;
    return {};
}

/// Classifies both.
inline connect_target classify(std::string_view host, std::string_view service) {
    connect_target result;
    refusal why = classify_service(service, result);  // first: it needs no system call
    if (!why) why = classify_host(host, result);
    if (why) return {.error = why.error, .reason = why.reason};
    if (!result.literal) result.need = lookup_need::name;
    else if (!result.port) result.need = lookup_need::service;
    return result;
}

}  // namespace uplink::detail
