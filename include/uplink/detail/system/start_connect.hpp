// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// connect() as Linux has it: asked again while a handshake goes on, it tells how that stands, and on the
// machine itself a handshake is over before the first call returns, though that one does not say so. So
// asking twice finds a local connection without a turn of the event loop; for any other the loop waits until
// the socket is writable, and connect() is asked once more, which also tells why it failed.
#pragma once

#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/open_socket.hpp>
#include <uplink/net.hpp>

#include <sys/socket.h>

#include <cerrno>

namespace uplink::inline UPLINK_NAMESPACE::detail {

#if defined(__linux__)
/// The sockets of the system, and TCP: a local one whose server's backlog is full is not connecting.
template <class Socket>
inline constexpr bool connects_at_once = is_tcp_v<typename Socket::protocol_type>&& requires(Socket& socket,
                                                                                             error_code& ec) {
    socket.native_non_blocking(true, ec);
    socket.async_wait(Socket::wait_write, [](const error_code&) {});
};
#else
template <class Socket> inline constexpr bool connects_at_once = false;
#endif

/// net::error::in_progress: not yet. Any other error is the attempt's, and its socket is of no more use.
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

/// For a socket that has not begun to connect.
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
