// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of proxy_handshake.hpp.
#pragma once

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL proxy_target refused_target(std::string_view reason) { return {.refused = invalid(reason)}; }

UPLINK_DECL proxy_target make_proxy_target(const net::ip::address& address, std::uint16_t port) {
    if (port == 0) return refused_target("service is a port outside 1 to 65535");
    if (address.is_v6() && address.to_v6().scope_id() != 0)
        return refused_target("host has a scope id, which a proxy cannot use");
    return {.address = address, .port = port};
}

UPLINK_DECL proxy_target make_proxy_target(std::string_view host, std::uint16_t port) {
    // A scope id is found here already, since classify_host would ask the system for its interface.
    if (is_plain(host) && host.find(':') != std::string_view::npos &&
        host.find('%') != std::string_view::npos)
        return refused_target("host has a scope id, which a proxy cannot use");
    connect_target classified;
    if (const refusal why = classify_host(host, classified)) return {.refused = why};
    if (classified.literal) return make_proxy_target(*classified.literal, port);
    if (port == 0) return refused_target("service is a port outside 1 to 65535");
    return {.name = std::move(classified.host), .port = port};
}

UPLINK_DECL void proxy_handshake::end() noexcept {
    if (action_ != proxy_action::done && action_ != proxy_action::fail)
        fail(errc::proxy_protocol_error, "the proxy ended the connection before its reply was complete");
}

UPLINK_DECL void proxy_handshake::write(std::string bytes) noexcept {
    output_ = std::move(bytes);
    action_ = proxy_action::write;
}

UPLINK_DECL void proxy_handshake::read() noexcept {
    output_.clear();
    action_ = proxy_action::read;
}

UPLINK_DECL void proxy_handshake::fail(const refusal& why) noexcept {
    failure_ = why;
    output_.clear();
    action_ = proxy_action::fail;
}

UPLINK_DECL void proxy_handshake::fail(errc error, std::string_view reason) noexcept {
    fail(refusal{error, reason});
}

}  // namespace uplink::detail
