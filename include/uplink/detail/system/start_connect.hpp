// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// connect(2) as Linux has it. A second call while a handshake is in progress returns its state. For a
// connection within the machine the handshake is complete before the first call returns, although that call
// does not say so. So two calls connect locally without a turn of the event loop. For any other connection
// the event loop waits until the socket is writable, and one more call returns the result, including the
// reason of a failure. Functions only; the caller owns the socket.
#pragma once

#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/open_socket.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/net.hpp>

#include <sys/socket.h>

#include <cerrno>

namespace uplink::inline UPLINK_NAMESPACE::detail {

#if defined(__linux__)
/// True for TCP sockets of the system. It is false for local sockets: such a socket is not connecting if the
/// backlog of its server is full.
template <class Socket>
inline constexpr bool connects_at_once = is_tcp_v<typename Socket::protocol_type>&& requires(Socket& socket,
                                                                                             error_code& ec) {
    socket.native_non_blocking(true, ec);
    socket.async_wait(Socket::wait_write, [](const error_code&) {});
};
/// True for local sockets of the system. Their connect succeeds or fails at once; would_block means that the
/// backlog of the server is full, and the socket is not connecting then (connect(2)).
template <class Socket>
inline constexpr bool meets_full_backlogs = is_local_v<typename Socket::protocol_type>;
#else
template <class Socket> inline constexpr bool connects_at_once = false;
template <class Socket> inline constexpr bool meets_full_backlogs = false;
#endif

/// net::error::in_progress: not connected yet. Any other error is the result of the attempt, and the socket
/// is unusable.
template <class Socket>
error_code poll_connect(Socket& socket, const typename Socket::endpoint_type& endpoint) noexcept {
    if (::connect(socket.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0)
        return {};
    switch (errno) {
    case EISCONN: return {};
    case EALREADY:
    case EINPROGRESS: return net::error::in_progress;
    default: return last_system_error();
    }
}

/// For a socket that has not begun to connect. Returns as poll_connect() does.
template <class Socket>
error_code start_connect(Socket& socket, const typename Socket::endpoint_type& endpoint) noexcept {
    error_code ec;
    try {
        socket.non_blocking(true, ec);
    } catch (...) {
        return net::error::no_memory;
    }
    if (ec) return ec;
    ec = poll_connect(socket, endpoint);
    return ec == net::error::in_progress ? poll_connect(socket, endpoint) : ec;
}

}  // namespace uplink::detail
