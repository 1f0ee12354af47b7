// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of open_socket.hpp.
#pragma once

#include <uplink/detail/machine/dead_peer.hpp>
#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/open_socket.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#if defined(__APPLE__)
#include <net/if.h>
#endif

#include <cerrno>
#include <chrono>
#include <string>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL error_code last_system_error() noexcept { return {errno, net::error::get_system_category()}; }

UPLINK_DECL int open_close_on_exec(int family, int protocol) noexcept {
#if defined(SOCK_CLOEXEC)
    const int handle = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
#else
    const int handle = ::socket(family, SOCK_STREAM, protocol);
    if (handle >= 0) ::fcntl(handle, F_SETFD, FD_CLOEXEC);
#endif
#if defined(SO_NOSIGPIPE)
    const int on = 1;  // for systems without MSG_NOSIGNAL
    if (handle >= 0) ::setsockopt(handle, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
#endif
    return handle;
}

UPLINK_DECL error_code set_keep_alive(int handle, const keep_alive_options& options) noexcept {
#if defined(TCP_KEEPIDLE) || defined(TCP_KEEPALIVE)
#if defined(TCP_KEEPIDLE)
    constexpr int idle_option = TCP_KEEPIDLE;
#else
    constexpr int idle_option = TCP_KEEPALIVE;
#endif
#if defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
    error_code ec = set_socket_option(handle, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (!ec) ec = set_socket_option(handle, IPPROTO_TCP, idle_option, static_cast<int>(options.idle.count()));
    if (!ec)
        ec =
            set_socket_option(handle, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(options.interval.count()));
    if (!ec) ec = set_socket_option(handle, IPPROTO_TCP, TCP_KEEPCNT, options.count);
    return ec;
#endif
#endif
    static_cast<void>(handle);
    static_cast<void>(options);
    return net::error::operation_not_supported;
}

UPLINK_DECL error_code set_user_timeout(int handle, std::chrono::milliseconds timeout) noexcept {
#if defined(TCP_USER_TIMEOUT)
    return set_socket_option(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<unsigned>(timeout.count()));
#else
    static_cast<void>(handle);
    static_cast<void>(timeout);
    return net::error::operation_not_supported;
#endif
}

UPLINK_DECL error_code set_dead_after(int handle, std::chrono::seconds dead_after) noexcept {
    const dead_peer_settings settings = settings_for(dead_after);
    const error_code ec = set_keep_alive(handle, settings.keep_alive);
    return ec ? ec : set_user_timeout(handle, settings.user_timeout);
}

UPLINK_DECL error_code set_dscp(int handle, const net::ip::address& remote, int code_point) noexcept {
    const int field = code_point << 2;
    error_code ec;
    if (remote.is_v6()) {
#if defined(IPV6_TCLASS)
        ec = set_socket_option(handle, IPPROTO_IPV6, IPV6_TCLASS, field);
#else
        ec = net::error::operation_not_supported;
#endif
    }
    if (!ec && (remote.is_v4() || remote.to_v6().is_v4_mapped())) {
#if defined(IP_TOS)
        ec = set_socket_option(handle, IPPROTO_IP, IP_TOS, field);
#else
        ec = net::error::operation_not_supported;
#endif
    }
    return ec;
}

UPLINK_DECL error_code bind_to_interface(int handle, const std::string& name) noexcept {
#if defined(SO_BINDTODEVICE)
    const auto size = static_cast<socklen_t>(name.size());
    if (::setsockopt(handle, SOL_SOCKET, SO_BINDTODEVICE, name.data(), size) == 0) return {};
    return last_system_error();
#elif defined(IP_BOUND_IF) && defined(IPV6_BOUND_IF)  // macOS, untested: by index, and for one family
    const unsigned index = ::if_nametoindex(name.c_str());
    if (index == 0) return last_system_error();
    const error_code ec = set_socket_option(handle, IPPROTO_IP, IP_BOUND_IF, index);
    return ec ? set_socket_option(handle, IPPROTO_IPV6, IPV6_BOUND_IF, index) : ec;
#else
    static_cast<void>(handle);
    static_cast<void>(name);
    return net::error::operation_not_supported;
#endif
}

UPLINK_DECL refusal bind_locally(int handle, const net::ip::tcp::endpoint& remote,
                                 const connect_options& options) noexcept {
    const bool is_any = options.local_addresses.empty();
    if (is_any && options.local_port == 0) return {};
    net::ip::tcp::endpoint local(remote.protocol(), options.local_port);
    error_code ec;
    if (!is_any) {
        const std::string* const address = local_address_of(options, family_of(remote.address()));
        if (address == nullptr) return {net::error::address_family_not_supported, no_local_address};
        local.address(net::ip::make_address(*address, ec));
        if (ec)
            return {net::error::invalid_argument, "connect.local_addresses has a scope id of no interface"};
    }
    if (options.local_port != 0) {
        // The attempts of one race use the same port, and a recent connection in TIME_WAIT may use it too.
        ec = set_socket_option(handle, SOL_SOCKET, SO_REUSEADDR, 1);
    } else {
#if defined(IP_BIND_ADDRESS_NO_PORT)
        // The port is chosen at the connect, so that the ports are limited for each server and not for the
        // machine (ip(7)).
        ec = set_socket_option(handle, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
#endif
    }
    if (!ec && ::bind(handle, local.data(), static_cast<socklen_t>(local.size())) != 0)
        ec = last_system_error();
    return refused_if(ec, is_any ? "the system did not accept connect.local_port"
                          : options.local_port == 0
                              ? "the system did not accept connect.local_addresses"
                              : "the system did not accept connect.local_addresses with connect.local_port");
}

UPLINK_DECL refusal set_tcp_options(int handle, const net::ip::tcp::endpoint& remote,
                                    const socket_options& socket) noexcept {
    refusal why;
    if (socket.no_delay) {
        why = refused_if(set_socket_option(handle, IPPROTO_TCP, TCP_NODELAY, 1),
                         "the system did not accept socket.no_delay");
    }
    if (!why && socket.keep_alive) {
        why = refused_if(set_keep_alive(handle, *socket.keep_alive),
                         "the system did not accept socket.keep_alive");
    }
    if (!why && socket.user_timeout) {
        why = refused_if(set_user_timeout(handle, *socket.user_timeout),
                         "the system did not accept socket.user_timeout");
    }
    if (!why && socket.dead_after) {
        why = refused_if(set_dead_after(handle, *socket.dead_after),
                         "the system did not accept socket.dead_after");
    }
    if (!why && socket.dscp) {
        why = refused_if(set_dscp(handle, remote.address(), *socket.dscp),
                         "the system did not accept socket.dscp");
    }
    if (!why && socket.reset_on_close) {
        why = refused_if(set_socket_option(handle, SOL_SOCKET, SO_LINGER, ::linger{1, 0}),
                         "the system did not accept socket.reset_on_close");
    }
    return why;
}

UPLINK_DECL refusal bind_attempt(int handle, const net::ip::tcp::endpoint& remote,
                                 const connect_options& connect) noexcept {
    refusal why;
    if (!connect.network_interface.empty()) {
        why = refused_if(bind_to_interface(handle, connect.network_interface),
                         "the system did not accept connect.network_interface");
    }
    if (!why) why = bind_locally(handle, remote, connect);  // after the interface, which limits the binding
    return why;
}

}  // namespace uplink::detail
