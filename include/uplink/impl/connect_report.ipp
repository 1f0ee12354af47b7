// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of connect_report.hpp.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

UPLINK_DECL std::string to_milliseconds(std::chrono::nanoseconds time) {
    const auto micro = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    std::string fraction = std::to_string(1000 + micro % 1000).substr(1);
    return std::to_string(micro / 1000) + "." + fraction.substr(0, 1) + " ms";
}

UPLINK_DECL std::string endpoint_to_string(const net::ip::tcp::endpoint& endpoint) {
    const std::string port = std::to_string(endpoint.port());
    const std::string address = endpoint.address().to_string();
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

UPLINK_DECL std::string endpoint_to_string(const net::local::stream_protocol::endpoint& endpoint) {
    std::string path = endpoint.path();
    if (!path.empty() && path.front() == '\0') path.front() = '@';
    return "unix:" + path;
}

UPLINK_DECL std::string printable(std::string_view text) {
    constexpr std::size_t longest = 300;
    std::string result(text.substr(0, longest));
    for (char& each : result) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte < 0x20 || byte == 0x7f) each = '?';
    }
    return text.size() > longest ? result + "..." : result;
}

UPLINK_DECL std::string asked_for_to_string(std::string_view host, std::string_view service) {
    if (host.empty() && service.empty()) return {};
    return "host \"" + printable(host) + "\", service \"" + printable(service) + "\": ";
}

UPLINK_DECL std::string result_to_string(const error_code& ec) {
    return ec ? ec.message() : std::string("ok");
}

UPLINK_DECL std::string to_string(const tls_report& tls) {
    std::string text = tls.protocol;
    const auto add = [&](std::string_view what, std::string_view value) {
        if (!value.empty()) (text += text.empty() ? "" : ", ").append(what).append(printable(value));
    };
    if (!tls.cipher.empty()) text += " " + tls.cipher;
    add("group ", tls.group);
    add("alpn ", tls.alpn);
    if (tls.resumed) text += ", resumed";
    add("", tls.verify_error);
    if (tls.depth >= 0) text += " (depth " + std::to_string(tls.depth) + ", " + printable(tls.subject) + ")";
    add("alert ", tls.alert);
    return text.empty() ? text : "\n  tls: " + text;
}

}  // namespace detail

}  // namespace uplink
