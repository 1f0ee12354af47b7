// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The pauses between the attempts on a local server whose backlog is full. Linux refuses such a connect at
// once, has no event for the moment when there is room, and so it has to be tried again. A value.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <algorithm>
#include <chrono>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Doubles from 1 ms to 64 ms: a server that is busy for a moment is reached soon, and one that never accepts
/// costs little.
class backlog_delay {
public:
    std::chrono::milliseconds next() noexcept {
        const auto now = next_;
        next_ = (std::min)(next_ * 2, std::chrono::milliseconds(64));
        return now;
    }

private:
    std::chrono::milliseconds next_{1};
};

}  // namespace uplink::detail
