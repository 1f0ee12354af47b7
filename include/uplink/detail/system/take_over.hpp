// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Takes over a socket that somebody else has connected: accepted, inherited from the program that started
// this one, or given away by another client. Only the descriptor moves: the new socket is on its own
// executor, whatever context the old one came from, and operations that were pending on the old one are
// aborted. The caller owns both sockets.
//
// A stream that is not a socket of the system, as in a simulated network, does both steps itself; see
// stream_traits.hpp.
#pragma once

#include <uplink/detail/machine/connected_socket.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/detail/system/open_socket.hpp>
#include <uplink/detail/system/platform.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Socket>
concept takes_over_itself = requires(Socket& socket, Socket connected, const socket_options& options) {
    socket.pending_error();
    socket.take_over(std::move(connected), options);
};

template <class Protocol> constexpr bool has_family(int family) noexcept {
    if constexpr (is_tcp_v<Protocol>) return family == AF_INET || family == AF_INET6;
    else return family == AF_UNIX;
}

template <class Value> error_code get_socket_option(int handle, int name, Value& value) noexcept {
    socklen_t size = sizeof(value);
    return ::getsockopt(handle, SOL_SOCKET, name, &value, &size) == 0 ? error_code() : last_system_error();
}

/// Asking for SO_ERROR clears it.
template <class Endpoint> socket_facts facts_of(int handle, Endpoint& peer) noexcept {
    socket_facts facts{.is_open = true};
    int type = 0;
    int pending = 0;
    facts.is_stream = !get_socket_option(handle, SO_TYPE, type) && type == SOCK_STREAM;
    if (!facts.is_stream || get_socket_option(handle, SO_ERROR, pending)) return facts;
    facts.pending = {pending, net::error::get_system_category()};
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    facts.has_peer = ::getpeername(handle, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    facts.is_of_protocol = has_family<typename Endpoint::protocol_type>(address.ss_family);
    if (!facts.has_peer || !facts.is_of_protocol) return facts;
    const std::size_t known = (std::min)(static_cast<std::size_t>(size), peer.capacity());
    std::memcpy(peer.data(), &address, known);
    peer.resize(known);
    return facts;
}

/// Finds out about a socket that is handed over, and the endpoint of its peer.
template <class Socket>
socket_verdict examine_connected(Socket& connected, typename Socket::endpoint_type& peer) {
    if (!connected.is_open()) return check_connected_socket({});
    if constexpr (takes_over_itself<Socket>) {
        error_code ec;
        socket_facts facts{.is_open = true, .is_stream = true, .pending = connected.pending_error()};
        peer = connected.remote_endpoint(ec);
        facts.has_peer = facts.is_of_protocol = !ec;
        return check_connected_socket(facts);
    } else {
        return check_connected_socket(facts_of(connected.native_handle(), peer));
    }
}

/// Makes `socket`, which is not open, the owner of the connection. If this returns an error, the connection
/// is closed, or is closed with `socket`.
template <class Socket>
refusal take_over(Socket& socket, Socket&& connected, const typename Socket::endpoint_type& peer,
                  const socket_options& options) noexcept {
    error_code ec;
    try {
        if constexpr (takes_over_itself<Socket>) {
            return {socket.take_over(std::move(connected), options)};
        } else {
            const int handle = connected.release(ec);
            if (ec) return {ec};
            if (::fcntl(handle, F_SETFD, FD_CLOEXEC) != 0) ec = last_system_error();
            try {
                if (!ec) socket.assign(peer.protocol(), handle, ec);
            } catch (...) {
                ec = net::error::no_memory;
            }
            if (!ec) return set_socket_options(handle, peer, options);
            ::close(handle);
        }
    } catch (...) {
        ec = net::error::no_memory;
    }
    return {ec};
}

}  // namespace uplink::detail
