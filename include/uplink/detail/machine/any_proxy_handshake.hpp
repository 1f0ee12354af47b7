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

bool is_set(const proxy_options& proxy) noexcept;

/// The reason for which this proxy cannot be asked for this server.
[[gnu::cold]] refusal find_refusal_of(const proxy_options& proxy, const proxy_target& server) noexcept;

class any_proxy_handshake {
public:
    /// `proxy` is set. May throw std::bad_alloc.
    any_proxy_handshake(const proxy_options& proxy, const proxy_target& server);

    proxy_action next() const noexcept { return common().next(); }
    std::string_view output() const noexcept { return common().output(); }
    error_code error() const noexcept { return common().error(); }
    std::string_view reason() const noexcept { return common().reason(); }
    int status() const noexcept { return common().status(); }
    void end() noexcept;
    [[gnu::cold]] void written() noexcept;
    std::size_t read_limit() const noexcept;
    [[gnu::cold]] std::size_t feed(std::string_view bytes) noexcept;

private:
    using conversation = std::variant<socks5_handshake, http_tunnel>;

    [[gnu::cold]] static conversation make(const proxy_options& proxy, const proxy_target& server);
    const proxy_handshake& common() const noexcept;

    conversation conversation_;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/any_proxy_handshake.ipp>
#endif
