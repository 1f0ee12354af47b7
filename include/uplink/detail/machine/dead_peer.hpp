// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Divides socket_options::dead_after into the settings of TCP that together notice a peer that is gone:
// keep-alive probes (RFC 9293, section 3.8.4) if nothing is in flight, the user timeout (RFC 5482) if
// something is. Pure functions.
//
// The user timeout ends a connection whose bytes stay unacknowledged, or whose peer keeps its window shut,
// but its clock starts only when the first retransmission or window probe is due, a fraction of a second
// after the bytes were sent or the window was shut, and later on slow paths. That is why it is less than
// dead_after by a sixth, but not by more than 3 s: a peer that reads slowly may pause nearly as long as
// dead_after.
//
// On Linux a user timeout also decides when unanswered probes end the connection: at the first probe that
// would be due then or later (tcp(7)). So the probes are arranged such that one is due in the second in which
// the user timeout ends.
#pragma once

#include <uplink/options.hpp>

#include <chrono>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline constexpr std::chrono::seconds least_dead_after{
    3};  ///< two probes in whole seconds, and their answers' time
inline constexpr std::chrono::seconds most_dead_after{32767};  ///< the kernel's MAX_TCP_KEEPIDLE

struct dead_peer_settings {
    keep_alive_options keep_alive{};
    std::chrono::milliseconds user_timeout{};
};

/// `dead_after` is from least_dead_after to most_dead_after.
dead_peer_settings settings_for(std::chrono::seconds dead_after) noexcept;

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/dead_peer.ipp>
#endif
