// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Decides what becomes of a socket that is handed over as connected, from what the system says about it.
// Values and one function.
#pragma once

#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct socket_facts {
    bool is_open = false;
    bool is_stream = false;  ///< of the type SOCK_STREAM
    error_code pending{};    ///< SO_ERROR: the error of a broken connection that no call has reported yet
    bool has_peer = false;
    bool is_of_protocol = false;  ///< the peer's address is of a family that the client's protocol has
};

struct socket_verdict {
    refusal why{};        ///< it is no connected socket: the argument is invalid
    error_code broken{};  ///< it was connected, and has failed since
};

/// The pending error comes first: a socket that has been reset has no peer any more.
inline socket_verdict check_connected_socket(const socket_facts& facts) noexcept {
    const error_code invalid = net::error::invalid_argument;
    if (!facts.is_open) return {{invalid, "the socket is not open"}};
    if (!facts.is_stream) return {{invalid, "the descriptor is not a stream socket"}};
    if (facts.pending) return {{}, facts.pending};
    if (!facts.has_peer) return {{invalid, "the socket is not connected"}};
    if (!facts.is_of_protocol)
        return {{invalid, "the socket is of another protocol than the client's stream"}};
    return {};
}

}  // namespace uplink::detail
