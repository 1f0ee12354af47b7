// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of any_proxy_handshake.hpp.
#pragma once

#include <uplink/detail/machine/any_proxy_handshake.hpp>
#include <uplink/detail/machine/http_tunnel.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/machine/socks5_handshake.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <string_view>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool is_set(const proxy_options& proxy) noexcept {
    return std::holds_alternative<socks5_proxy>(proxy) || std::holds_alternative<http_proxy>(proxy);
}

UPLINK_DECL refusal find_refusal_of(const proxy_options& proxy, const proxy_target& server) noexcept {
    if (const auto* const socks5 = std::get_if<socks5_proxy>(&proxy)) return find_refusal(*socks5, server);
    if (const auto* const http = std::get_if<http_proxy>(&proxy)) return http::find_refusal(*http, server);
    return {};
}

UPLINK_DECL any_proxy_handshake::any_proxy_handshake(const proxy_options& proxy, const proxy_target& server)
    : conversation_(make(proxy, server)) {}

UPLINK_DECL void any_proxy_handshake::end() noexcept {
    std::visit([](proxy_handshake& each) { each.end(); }, conversation_);
}

UPLINK_DECL void any_proxy_handshake::written() noexcept {
    std::visit([](auto& each) { each.written(); }, conversation_);
}

UPLINK_DECL std::size_t any_proxy_handshake::read_limit() const noexcept {
    return std::visit([](const auto& each) { return each.read_limit(); }, conversation_);
}

UPLINK_DECL std::size_t any_proxy_handshake::feed(std::string_view bytes) noexcept {
    return std::visit([bytes](auto& each) { return each.feed(bytes); }, conversation_);
}

UPLINK_DECL any_proxy_handshake::conversation any_proxy_handshake::make(const proxy_options& proxy,
                                                                        const proxy_target& server) {
    if (const auto* const socks5 = std::get_if<socks5_proxy>(&proxy))
        return socks5_handshake(*socks5, server);
    return http_tunnel(std::get<http_proxy>(proxy), server);
}

UPLINK_DECL const proxy_handshake& any_proxy_handshake::common() const noexcept {
    return std::visit([](const proxy_handshake& each) -> const proxy_handshake& { return each; },
                      conversation_);
}

}  // namespace uplink::detail
