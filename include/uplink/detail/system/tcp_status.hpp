// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The kernel's knowledge about a connection that reads and writes do not show (tcp(7), poll(2)). Functions
// only; nothing is owned.
#pragma once

#include <uplink/connection_stats.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/net.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// True if, after an end of stream, the connection is gone in both directions and not just the peer's half. A
/// reset whose error another operation has received looks like a clean end of stream. Then the socket has no
/// peer any more, while it still has one after a FIN alone. The result has a meaning only before our own
/// half-close: afterwards a FIN ends the connection too. A local socket's peer is gone if it has closed, and
/// not if it has only shut down its sending side.
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

/// Fills in rtt and retransmits if the system provides them: on Linux, and, untested, on macOS, for TCP.
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
#elif defined(TCP_CONNECTION_INFO)  // macOS
    if constexpr (is_tcp_v<typename Socket::protocol_type>) {
        tcp_connection_info info{};
        socklen_t size = sizeof(info);
        if (::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_CONNECTION_INFO, &info, &size) != 0) return;
        stats.rtt = std::chrono::milliseconds(info.tcpi_srtt);
        stats.retransmits = static_cast<decltype(stats.retransmits)>(info.tcpi_txretransmitpackets);
    }
#else
    static_cast<void>(socket);
    static_cast<void>(stats);
#endif
}

}  // namespace uplink::detail
