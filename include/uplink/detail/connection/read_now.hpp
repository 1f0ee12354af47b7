// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reads that return at once, from a stream that is in non-blocking mode.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// A stream that can't do that has always nothing: operation_not_supported.
template <class Stream>
std::size_t read_now(Stream& stream, const net::mutable_buffer& room, error_code& ec) {
    if constexpr (requires { stream.read_some(room, ec); }) {
        return stream.read_some(room, ec);
    } else {
        ec = net::error::operation_not_supported;
        return 0;
    }
}

/// Reads again and again until there is something, for `spin` and until the deadlines of `Receive` at most. Simulated
/// time does not pass in here: then the stream is asked once.
template <class Clock, class Stream, class Receive>
std::size_t spin_read(Stream& stream, const net::mutable_buffer& room, error_code& ec,
                      std::chrono::nanoseconds spin, const Receive& receive) {
    if constexpr (std::is_same_v<Clock, std::chrono::steady_clock>) {
        if (spin != spin.zero()) {
            auto end = Clock::now() + spin;
            if (receive.limit.is_linked()) end = (std::min)(end, receive.limit.at);
            if (receive.idle.is_linked()) end = (std::min)(end, receive.idle.at);
            for (;;) {
                const std::size_t n = read_now(stream, room, ec);
                if (!is_transient(ec) || Clock::now() >= end) return n;
            }
        }
    }
    return read_now(stream, room, ec);
}

/// Looks whether the peer has ended or a failure waits, and consumes nothing. No error where the stream can't look.
template <class Stream> error_code peek(Stream& stream) {
    auto& socket = socket_under(stream);
    error_code ec;
    char byte = 0;
    const net::mutable_buffer room(&byte, 1);
    if constexpr (requires { socket.receive(room, net::socket_base::message_peek, ec); }) {
        socket.receive(room, net::socket_base::message_peek, ec);
    }
    return ec;
}

}  // namespace uplink::detail
