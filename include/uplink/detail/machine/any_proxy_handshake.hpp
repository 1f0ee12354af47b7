// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The conversation with a proxy of the kind that the options have. proxy_handshake.hpp has the steps; this
// class only passes them on to the one of the two conversations that it owns.
#pragma once

#include <uplink/detail/machine/http_tunnel.hpp>
#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/machine/socks5_handshake.hpp>
#include <uplink/net.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <string_view>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline bool is_set(const proxy_options& proxy) noexcept {
    return std::holds_alternative<socks5_proxy>(proxy) || std::holds_alternative<http_proxy>(proxy);
}

/// The reason for which this proxy cannot be asked for this server.
[[gnu::cold]] inline refusal find_refusal_of(const proxy_options& proxy,
                                             const proxy_target& server) noexcept {
    if (const auto* const socks5 = std::get_if<socks5_proxy>(&proxy)) return find_refusal(*socks5, server);
    if (const auto* const http = std::get_if<http_proxy>(&proxy)) return http::find_refusal(*http, server);
    return {};
}

class any_proxy_handshake {
public:
    /// `proxy` is set. May throw std::bad_alloc.
    any_proxy_handshake(const proxy_options& proxy, const proxy_target& server)
        : conversation_(make(proxy, server)) {}

    proxy_action next() const noexcept { return common().next(); }
    std::string_view output() const noexcept { return common().output(); }
    error_code error() const noexcept { return common().error(); }
    std::string_view reason() const noexcept { return common().reason(); }
    int status() const noexcept { return common().status(); }
    void end() noexcept {
        std::visit([](proxy_handshake& each) { each.end(); }, conversation_);
    }

    [[gnu::cold]] void written() noexcept {
        std::visit([](auto& each) { each.written(); }, conversation_);
    }
    std::size_t read_limit() const noexcept {
        return std::visit([](const auto& each) { return each.read_limit(); }, conversation_);
    }
    [[gnu::cold]] std::size_t feed(std::string_view bytes) noexcept {
        return std::visit([bytes](auto& each) { return each.feed(bytes); }, conversation_);
    }

private:
    using conversation = std::variant<socks5_handshake, http_tunnel>;

    [[gnu::cold]] static conversation make(const proxy_options& proxy, const proxy_target& server) {
        if (const auto* const socks5 = std::get_if<socks5_proxy>(&proxy))
            return socks5_handshake(*socks5, server);
        return http_tunnel(std::get<http_proxy>(proxy), server);
    }

    const proxy_handshake& common() const noexcept {
        return std::visit([](const proxy_handshake& each) -> const proxy_handshake& { return each; },
                          conversation_);
    }

    conversation conversation_;
};

}  // namespace uplink::detail
