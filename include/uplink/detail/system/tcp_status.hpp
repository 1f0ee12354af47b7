// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the kernel knows about a connection beyond what reads and writes tell.
#pragma once

#include <uplink/connection_stats.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// After an end of stream: is the connection gone in both directions, and not just the peer's half of it? A reset whose
/// error another operation was given shows as a clean end of stream; the socket then has no peer any more,
/// while after a FIN alone it still has. Meaningful only before our own half-close: after it a FIN ends the
/// connection too. On a local socket a peer that closed is gone, one that shut its sending side down is not.
template <class Socket> bool peer_gone(Socket& socket) noexcept {
    if constexpr (is_tcp_v<typename Socket::protocol_type>) {
        error_code ec;
        socket.remote_endpoint(ec);
        return ec == net::error::not_connected;
    } else {
        pollfd state{socket.native_handle(), 0, 0};
        return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    }
}

/// Fills in rtt and retransmits where the system tells them: on Linux, for TCP.
template <class Socket> void fill_tcp_info(Socket& socket, connection_stats& stats) noexcept {
#if defined(__linux__)
    if constexpr (is_tcp_v<typename Socket::protocol_type>) {
        tcp_info info{};
        socklen_t size = sizeof(info);
        if (::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return;
        if (size < offsetof(tcp_info, tcpi_total_retrans) + sizeof(info.tcpi_total_retrans)) return;
        stats.rtt = std::chrono::microseconds(info.tcpi_rtt);
        stats.retransmits = info.tcpi_total_retrans;
    }
#else
    static_cast<void>(socket);
    static_cast<void>(stats);
#endif
}

}  // namespace uplink::detail
