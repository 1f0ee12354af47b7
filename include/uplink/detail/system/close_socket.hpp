// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Closes a socket on which a read, a write or a wait may still be in flight. Functions; the caller owns the
// socket.
//
// With epoll, what is in flight is over when the socket has been closed. With io_uring it comes back later,
// and then Asio may carry it out once more, by the number of the descriptor. If a new socket had the same
// number, it would send bytes of the old connection, or lose bytes of its own. So the number stays in use
// until all has come back.
#pragma once

#include <uplink/detail/support/asio_version.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/net.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// While something is in flight on such a socket, its owner calls close_connection() instead of
/// close_socket(), and destroys the socket when all has come back.
template <class Socket>
inline constexpr bool closes_late =
    uses_io_uring && !is_for_testing_v<Socket> && requires(Socket & socket, error_code& ec) {
    socket.native_handle();
    socket.is_open();
    socket.cancel(ec);
};

template <class Socket> void close_socket(Socket& socket) noexcept {
    try {
        error_code ignored;
        socket.close(ignored);
    } catch (...) {  // Asio's close has no failure here, only a signature that may throw.
    }
}

/// Closes the connection of a socket, and leaves the socket open: its descriptor is then that of a socket
/// that was never connected, on which everything fails. What is in flight comes back soon. Does nothing if
/// the socket is not open.
template <class Socket> void close_connection(Socket& socket) noexcept {
    if (!socket.is_open()) return;
    const int handle = socket.native_handle();
    try {
        error_code ignored;
        socket.cancel(ignored);
    } catch (...) {
    }
#if defined(SOCK_CLOEXEC)
    const int unconnected = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool is_replaced = unconnected >= 0 && ::dup3(unconnected, handle, O_CLOEXEC) >= 0;
    if (unconnected >= 0) ::close(unconnected);
    if (is_replaced) return;
#endif
    ::shutdown(handle, SHUT_RDWR);  // there is no descriptor left: the peer sees an end, maybe no reset
}

/// Closes a socket, or only its connection if that is what a transfer in flight needs.
template <class Socket> void close_socket(Socket& socket, bool is_in_flight) noexcept {
    if constexpr (closes_late<Socket>) {
        if (is_in_flight) return close_connection(socket);
    }
    close_socket(socket);
}

}  // namespace uplink::detail
