// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of proxy_url.hpp.
#pragma once

#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_url.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool is_same_text(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return to_lower(a) == to_lower(b); });
}

namespace url {

UPLINK_DECL refusal decode(std::string_view text, std::string& result) {
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] != '%') {
            if (!is_name_character(text[i]) && text[i] != ':')
                return invalid("user or password has a character that must be percent-encoded");
            result += text[i];
            continue;
        }
        if (text.size() - i < 3 || !is_hexadecimal(text[i + 1]) || !is_hexadecimal(text[i + 2]))
            return invalid("user or password has a % without two hexadecimal digits");
        const char byte = static_cast<char>(value_of(text[i + 1]) * 16 + value_of(text[i + 2]));
        if (is_control(byte)) return invalid("user or password has a control character");
        result += byte;
        i += 2;
    }
    return result.size() > max_credential_length ? invalid("user or password is longer than 255 bytes")
                                                 : refusal{};
}

UPLINK_DECL refusal take_scheme(std::string_view& text, proxy_url& result) {
    constexpr std::string_view separator = "://";
    const std::size_t end = text.find(separator);
    if (end == std::string_view::npos) return invalid("the URL has no scheme");
    const std::string_view scheme = text.substr(0, end);
    if (is_same_text(scheme, "http")) {
        result.kind = proxy_kind::http;
    } else if (is_same_text(scheme, "socks5") || is_same_text(scheme, "socks5h")) {
        result.kind = proxy_kind::socks5;
        result.remote_dns = scheme.size() == std::string_view("socks5h").size();
    } else {
        return invalid("the scheme is not socks5, socks5h or http");
    }
    text.remove_prefix(end + separator.size());
    return {};
}

UPLINK_DECL refusal take_credentials(std::string_view& text, proxy_url& result) {
    const std::size_t end = text.rfind('@');
    if (end == std::string_view::npos) return {};
    const std::string_view credentials = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t colon = credentials.find(':');
    if (const refusal why = decode(credentials.substr(0, colon), result.user)) return why;
    if (colon != std::string_view::npos) {
        if (const refusal why = decode(credentials.substr(colon + 1), result.password)) return why;
    }
    if (result.kind == proxy_kind::socks5 && result.user.empty() && !result.password.empty())
        return invalid("there is a password without a user");
    if (result.kind == proxy_kind::http && result.user.find(':') != std::string::npos)
        return invalid("user has a colon");
    if (result.kind == proxy_kind::http && !is_plain_ascii(result.user))
        return invalid("user has a space or a byte that is not ASCII");
    return {};
}

UPLINK_DECL refusal read_v6(std::string_view text, std::string& host) {
    const std::size_t percent = text.find('%');
    const std::string_view scope = text.substr((std::min)(percent, text.size()));
    if (!scope.empty()) {
        const std::string_view id = scope.substr((std::min)(scope.size(), std::string_view("%25").size()));
        if (!scope.starts_with("%25") || id.empty() || !std::all_of(id.begin(), id.end(), is_unreserved))
            return invalid("the scope id of the host does not follow %25");
    }
    const std::string address(text.substr(0, percent));
    error_code ec;
    if (is_plain(address)) net::ip::make_address_v6(address, ec);
    if (ec || !is_plain(address)) return invalid("the brackets of the host do not enclose an IPv6 address");
    host = address;
    if (!scope.empty()) host.append("%").append(scope.substr(std::string_view("%25").size()));
    return {};
}

UPLINK_DECL refusal take_host(std::string_view& text, proxy_url& result) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return invalid("the host has a bracket that is not closed");
        const std::string_view inside = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        return read_v6(inside, result.host);
    }
    const std::string_view host = text.substr(0, text.find(':'));
    text.remove_prefix(host.size());
    if (!std::all_of(host.begin(), host.end(), is_name_character))
        return invalid("the host has a character that no name has");
    connect_target classified;
    if (const refusal why = classify_host(host, classified)) return why;
    result.host = host;
    return {};
}

UPLINK_DECL refusal read_port(std::string_view text, proxy_url& result) {
    if (text.empty()) return {};
    if (!text.starts_with(':')) return invalid("something other than a port follows the host");
    text.remove_prefix(1);
    const bool is_number = !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
    if (is_number) result.port = parse_number<std::uint16_t>(text);
    return result.port.value_or(0) == 0 ? invalid("the port is not from 1 to 65535") : refusal{};
}

UPLINK_DECL refusal read(std::string_view text, proxy_url& result) {
    if (const refusal why = take_scheme(text, result)) return why;
    const std::size_t end = (std::min)(text.find_first_of("/?#"), text.size());
    if (end != text.size() && text.substr(end) != "/")
        return invalid("something other than one slash follows host and port");
    text = text.substr(0, end);
    if (const refusal why = take_credentials(text, result)) return why;
    if (const refusal why = take_host(text, result)) return why;
    return read_port(text, result);
}

}  // namespace url

UPLINK_DECL proxy_url parse_proxy_url(std::string_view text) {
    proxy_url result;
    if (const refusal why = url::read(text, result)) return {.refused = why};
    return result;
}

}  // namespace uplink::detail
