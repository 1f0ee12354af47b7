// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One attempt, and the connection that comes of it. Every handler that the driver gives to the client has a
// share of it, and so learns whether it is still about the present connection. The buffer of the read in
// flight is here, since a transport may hold it for longer than its connection lives.
#pragma once

#include <uplink/net.hpp>

#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct connection_link {
    static constexpr std::size_t buffer_size = 16 * 1024;

    bool has_begun = false;      ///< the client's connect has been started
    bool is_connecting = true;   ///< the client's connect has not come back
    bool is_open = false;        ///< connected, and not lost
    bool is_reading = false;     ///< a read is in flight
    bool is_ending = false;      ///< our side has been shut down, or will be once the queue is empty
    bool has_shut_down = false;  ///< our side has been shut down
    bool has_ended = false;      ///< the server has ended its side, in order
    bool has_failed = false;     ///< its failure is being judged, or has been
    bool is_watching_drain = false;
    bool is_hook_done = false;  ///< the session hook has called its function
    error_code failure{};       ///< a send has noticed it; reading goes on to what has come before it
    std::unique_ptr<char[]> buffer{};
};

}  // namespace uplink::detail
