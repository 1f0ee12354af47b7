// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the channel needs of the stream below and of the caller's buffers, whatever their types. Functions
// only; nothing is owned.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Reading without waiting is possible from now on, where the stream below can block: a socket that somebody
/// else has connected. If that can't be had, reading reports why.
template <class NextLayer> void set_non_blocking(NextLayer& next) {
    if constexpr (requires(error_code & ec) { next.non_blocking(true, ec); }) {
        if constexpr (requires { next.non_blocking(); }) {
            if (next.non_blocking()) return;
        }
        error_code ignored;
        next.non_blocking(true, ignored);
    }
}

/// The first buffer that has room; an empty one if none has.
template <class Buffers> net::mutable_buffer first_of(const Buffers& buffers) {
    for (auto each = net::buffer_sequence_begin(buffers); each != net::buffer_sequence_end(buffers); ++each) {
        if (const net::mutable_buffer buffer(*each); buffer.size() != 0) return buffer;
    }
    return {};
}

}  // namespace uplink::detail
