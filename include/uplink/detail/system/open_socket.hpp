// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Opens the socket of one connection attempt and sets every option that must be set before it connects. The
// caller owns the socket. Each attempt has a new socket: POSIX does not specify the state of a socket after a
// failed connect, and options and a binding do not survive reopening.
//
// The descriptor is made here and assigned to Asio's socket, because a descriptor that Asio's open() makes is
// inherited by a program that another thread starts at that moment; a descriptor made here is close-on-exec
// from the start (socket(2)). It is left in blocking mode: Asio makes it non-blocking before it reads, writes
// or connects if its backend needs that, and io_uring needs a blocking one. Options are set on the
// descriptor, because Asio remembers a linger option that it sets, and undoes it when the socket is
// destroyed; then reset_on_close would not reset the connection.
#pragma once

#include <uplink/detail/machine/dead_peer.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/before_connect.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>

namespace uplink::inline UPLINK_NAMESPACE::detail {

error_code last_system_error() noexcept;

template <class Value>
error_code set_socket_option(int handle, int level, int name, const Value& value) noexcept {
    if (::setsockopt(handle, level, name, &value, sizeof(value)) == 0) return {};
    return last_system_error();
}

/// A stream socket that programs started from this one do not inherit; -1 and errno on failure.
int open_close_on_exec(int family, int protocol) noexcept;

error_code set_keep_alive(int handle, const keep_alive_options& options) noexcept;
error_code set_user_timeout(int handle, std::chrono::milliseconds timeout) noexcept;
error_code set_dead_after(int handle, std::chrono::seconds dead_after) noexcept;

/// The code point is the upper six bits of the field that is called type of service in IPv4 and traffic class
/// in IPv6 (RFC 2474, section 3); the lower two bits belong to the kernel, for ECN. An IPv6 socket that
/// connects to a mapped IPv4 address sends IPv4.
error_code set_dscp(int handle, const net::ip::address& remote, int code_point) noexcept;

error_code bind_to_interface(int handle, const std::string& name) noexcept;

refusal bind_locally(int handle, const net::ip::tcp::endpoint& remote,
                     const connect_options& options) noexcept;

refusal set_tcp_options(int handle, const net::ip::tcp::endpoint& remote,
                        const socket_options& socket) noexcept;

refusal bind_attempt(int handle, const net::ip::tcp::endpoint& remote,
                     const connect_options& connect) noexcept;

/// With a fixed local port, our connection in TIME_WAIT would make the next one to the same address fail. So
/// closing resets it.
template <class Socket> void free_port_when_closed(Socket& socket, const connect_options& connect) noexcept {
    if (connect.local_port == 0) return;
    static_cast<void>(set_socket_option(socket.native_handle(), SOL_SOCKET, SO_LINGER, ::linger{1, 0}));
}

/// The options that can be set at any time. `remote` is the peer, or what will be the peer.
template <class Endpoint>
refusal set_socket_options(int handle, const Endpoint& remote, const socket_options& socket) noexcept {
    refusal why;
    // The receive buffer decides the window scale, which is fixed during the connect.
    if (socket.send_buffer) {
        why = refused_if(set_socket_option(handle, SOL_SOCKET, SO_SNDBUF, *socket.send_buffer),
                         "the system did not accept socket.send_buffer");
    }
    if (!why && socket.receive_buffer) {
        why = refused_if(set_socket_option(handle, SOL_SOCKET, SO_RCVBUF, *socket.receive_buffer),
                         "the system did not accept socket.receive_buffer");
    }
    if constexpr (is_tcp_v<typename Endpoint::protocol_type>) {
        if (!why) why = set_tcp_options(handle, remote, socket);
    }
    return why;
}

template <class Endpoint>
refusal prepare_attempt(int handle, const Endpoint& endpoint, const connect_options& connect,
                        const socket_options& socket) noexcept {
    refusal why = set_socket_options(handle, endpoint, socket);
    if constexpr (is_tcp_v<typename Endpoint::protocol_type>) {
        if (!why) why = bind_attempt(handle, endpoint, connect);
    }
    if (!why) why = refused_if(call_before_connect(handle, endpoint, socket), "socket.before_connect failed");
    return why;
}

/// Opens `socket` for an attempt on `endpoint`. On success it is open and ready to connect. On failure it is
/// closed again, the code is the exact code of the step that failed, and the reason names the option. The
/// options have passed check_options(). A socket that is open already stays unchanged: already_open.
template <class Socket>
refusal open_socket(Socket& socket, const typename Socket::endpoint_type& endpoint,
                    const connect_options& connect, const socket_options& options) noexcept {
    using protocol_type = typename Socket::protocol_type;
    const protocol_type protocol = endpoint.protocol();
    const int handle = open_close_on_exec(protocol.family(), protocol.protocol());
    if (handle < 0) return {last_system_error()};
    error_code ec;
    try {
        socket.assign(protocol, handle, ec);
    } catch (...) {
        ec = net::error::no_memory;
    }
    if (ec) {
        ::close(handle);
        return {ec};
    }
    const refusal why = prepare_attempt(handle, endpoint, connect, options);
    if (why) {
        error_code ignored;
        socket.close(ignored);
    }
    return why;
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/system/impl/open_socket.ipp>
#endif
