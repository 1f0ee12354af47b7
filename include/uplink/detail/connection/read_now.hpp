// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reads that return immediately, from a stream that is in non-blocking mode. Functions only; nothing is
// owned.
#pragma once

#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/support/stream_traits.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Reads once. A stream that cannot read without waiting gives operation_not_supported.
template <class Stream>
std::size_t read_without_waiting(Stream& stream, const net::mutable_buffer& room, error_code& ec) {
    if constexpr (requires { stream.read_some(room, ec); }) {
        return stream.read_some(room, ec);
    } else {
        ec = net::error::operation_not_supported;
        return 0;
    }
}

/// Reads again and again until there are bytes, an end or an error, for `spin` at most and not beyond the
/// deadlines of `Receive`. Simulated time does not advance meanwhile: a simulated stream is read once.
template <class Clock, class Stream, class Receive>
std::size_t spin_read(Stream& stream, const net::mutable_buffer& room, error_code& ec,
                      std::chrono::nanoseconds spin, const Receive& receive) {
    if constexpr (std::is_same_v<Clock, std::chrono::steady_clock>) {
        if (spin != spin.zero()) {
            auto end = Clock::now() + spin;
            if (receive.limit.is_linked()) end = (std::min)(end, receive.limit.at);
            if (receive.idle.is_linked()) end = (std::min)(end, receive.idle.at);
            for (;;) {
                const std::size_t n = read_without_waiting(stream, room, ec);
                if (!is_transient(ec) || Clock::now() >= end) return n;
            }
        }
    }
    return read_without_waiting(stream, room, ec);
}

/// Looks for an end of the stream or an error, and consumes nothing. No error if the stream cannot look.
template <class Stream> error_code peek(Stream& stream) {
    error_code ec;
    if constexpr (requires { stream.peek(ec); }) {
        stream.peek(ec);
    } else if constexpr (requires { socket_under(stream).receive(net::mutable_buffer(), 0, ec); }) {
        char byte = 0;
        socket_under(stream).receive(net::mutable_buffer(&byte, 1), net::socket_base::message_peek, ec);
    }
    return ec;
}

}  // namespace uplink::detail
