// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of connect_target.hpp.
#pragma once

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool is_plain(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7f;
    });
}

UPLINK_DECL bool is_plain_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

UPLINK_DECL bool ends_in_number(std::string_view host) noexcept {
    if (host.ends_with('.')) host.remove_suffix(1);
    std::string_view label = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
    if (label.starts_with("0x") || label.starts_with("0X")) {
        return std::all_of(label.begin() + 2, label.end(), is_hexadecimal);
    }
    return !label.empty() && std::all_of(label.begin(), label.end(), is_digit);
}

UPLINK_DECL refusal invalid(std::string_view reason) noexcept {
    return {net::error::invalid_argument, reason};
}

UPLINK_DECL refusal parse_v6(std::string_view text, std::string_view otherwise,
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

UPLINK_DECL std::string_view find_mistake(std::string_view host) noexcept {
    if (host == "*") return "host is *, which is not the name of a host";
    if (host.find("://") != std::string_view::npos) return "host is a URL; only its host is wanted";
    const std::size_t colon = host.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == host.size()) return {};
    const std::string_view rest = host.substr(colon + 1);
    const bool is_port = std::all_of(rest.begin(), rest.end(), is_digit);
    const bool is_only_one = host.find(':') == colon || host[colon - 1] == ']';
    return is_port && is_only_one ? "host includes a port, which belongs in service" : std::string_view();
}

UPLINK_DECL refusal classify_host(std::string_view host, connect_target& result) {
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

UPLINK_DECL refusal classify_service(std::string_view service, connect_target& result) {
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

UPLINK_DECL connect_target classify(std::string_view host, std::string_view service) {
    connect_target result;
    refusal why = classify_service(service, result);  // first: it needs no system call
    if (!why) why = classify_host(host, result);
    if (why) return {.error = why.error, .reason = why.reason};
    if (!result.literal) result.need = lookup_need::name;
    else if (!result.port) result.need = lookup_need::service;
    return result;
}

}  // namespace uplink::detail
