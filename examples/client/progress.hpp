// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How far a transfer is, and its figures at the end, as one line each.
#pragma once

#include "text.hpp"

#include <uplink/connection_stats.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tool {

struct progress_figures {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::optional<std::uint64_t> to_send{};  ///< all of it; none: nobody knows
    std::chrono::nanoseconds elapsed{};
};

/// "[=========>          ]  50%": a bar of `width` characters.
inline std::string progress_bar(std::uint64_t part, std::uint64_t whole, std::size_t width = 20) {
    const double share =
        whole == 0 ? 1.0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
    std::string bar(width, ' ');
    bar.replace(0, filled, filled, '=');
    if (filled != width) bar[filled] = '>';
    const std::string percent = std::to_string(static_cast<unsigned>(share * 100));
    return '[' + bar + "] " + std::string(3 - percent.size(), ' ') + percent + '%';
}

/// Without a line end. With a bar if it is known how much is to be sent. The bar goes when all is sent and the answer
/// is longer than that: it may be a large download, and a full bar would look like the end.
inline std::string progress_text(const progress_figures& now) {
    const std::uint64_t rate = rate_of(now.sent + now.received, now.elapsed);
    const std::string tail = ", received " + amount(now.received) + ", " + amount(rate) + "/s, ";
    const bool is_answered = now.to_send && now.sent >= *now.to_send && now.received > now.sent;
    if (!now.to_send || is_answered) return "sent " + amount(now.sent) + tail + duration_text(now.elapsed);
    std::string text = progress_bar(now.sent, *now.to_send) + "  sent " + amount(now.sent) + " of " +
                       amount(*now.to_send) + tail;
    const std::uint64_t sending = rate_of(now.sent, now.elapsed);
    if (now.sent >= *now.to_send || sending == 0) return text + duration_text(now.elapsed);
    const std::uint64_t left = std::min<std::uint64_t>((*now.to_send - now.sent) / sending, 1'000'000);
    return text + (left < 60 ? std::to_string(left) + " s" : duration_text(std::chrono::seconds(left))) +
           " left";
}

/// What --stats prints, without a line end.
inline std::string stats_text(const uplink::connection_stats& stats) {
    std::string text = "sent " + amount(stats.bytes_sent) + " (" + std::to_string(stats.bytes_sent) +
                       " bytes), received " + amount(stats.bytes_received) + " (" +
                       std::to_string(stats.bytes_received) + " bytes) in " +
                       duration_text(stats.connected_for);
    if (stats.rtt) text += ", round trip " + milliseconds(*stats.rtt);
    if (stats.retransmits) text += ", segments sent again: " + std::to_string(*stats.retransmits);
    return text;
}

}  // namespace tool
