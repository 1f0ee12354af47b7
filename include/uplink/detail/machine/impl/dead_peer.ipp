// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of dead_peer.hpp.
#pragma once

#include <uplink/detail/machine/dead_peer.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <chrono>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL dead_peer_settings settings_for(std::chrono::seconds dead_after) noexcept {
    using std::chrono::milliseconds, std::chrono::seconds;
    dead_peer_settings settings;
    settings.user_timeout = dead_after - (std::min)(milliseconds(dead_after) / 6, milliseconds(seconds(3)));
    const seconds noticed = std::chrono::ceil<seconds>(settings.user_timeout);  // at most dead_after
    keep_alive_options& probes = settings.keep_alive;
    probes.interval = (std::max)(noticed / 6, seconds(1));
    probes.count = noticed > seconds(3) ? 3 : 2;
    probes.idle = noticed - probes.count * probes.interval;
    return settings;
}

}  // namespace uplink::detail
