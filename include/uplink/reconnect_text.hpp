// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Status and history of a reconnecting client as text for people: why has it been down for an hour? Included
// by <uplink/reconnecting_client.hpp>.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

/// The clocks of real sockets say what time it is; that of a simulated network belongs to the network.
template <class Clock> std::optional<typename Clock::time_point> now_if_known() {
    if constexpr (requires {
                      { Clock::now() } -> std::same_as<typename Clock::time_point>;
                  }) {
        return Clock::now();
    } else {
        return std::nullopt;
    }
}

/// The two largest units that matter: "250.0 ms", "3.2 s", "2 min 5 s", "1 h 4 min", "3 d 7 h".
std::string time_to_string(std::chrono::nanoseconds time);

std::string counted(std::uint64_t count, const char* one, const char* more);

/// The codes of a hook may have messages of any kind.
std::string message_of(const error_code& ec);

}  // namespace detail

/// The state as a word, such as "waiting".
std::string to_string(reconnect_state state);

/// The status as one line for a log, without a line end, such as "waiting for 12.4 s, the next attempt in 3.1
/// s; 7 failures in a row, the last error: Connection refused; server 0; 1 connection so far; 12 bytes
/// dropped". Times count to the moment of the call, whenever the status was taken; if `Clock` has no now(),
/// as that of a simulated network, the first one is left out, and the second counts from the beginning of the
/// state.
template <class Clock> std::string to_string(const basic_reconnect_status<Clock>& status) {
    const auto now = detail::now_if_known<Clock>();
    std::string text = to_string(status.state);
    if (now) text += " for " + detail::time_to_string(*now - status.since);
    if (status.next_attempt) {
        const std::chrono::nanoseconds left = *status.next_attempt - now.value_or(status.since);
        if (left > left.zero())
            text += ", the next attempt " + (now ? "in " + detail::time_to_string(left)
                                                 : detail::time_to_string(left) + " after that began");
        else text += ", the next attempt is due";
    }
    if (status.failures != 0) {
        text += "; " + detail::counted(status.failures, "failure", "failures in a row");
        if (status.state == reconnect_state::connected) text += " before";
    }
    if (status.last_error) {
        text += status.failures != 0 ? ", the last error: " : "; the last error: ";
        text += detail::message_of(status.last_error);
    }
    text += "; server " + std::to_string(status.server);
    text += "; " + detail::counted(status.connections, "connection", "connections") + " so far";
    if (status.dropped_bytes != 0)
        text += "; " + detail::counted(status.dropped_bytes, "byte", "bytes") + " dropped";
    return text;
}

/// The attempts as lines for a log, the oldest first, the last one without a line end, such as "4.2 s
/// earlier: server 0, failed after 10.0 ms: Connection refused". Times are counted back from the start of the
/// newest attempt, whose own line says how long ago that was if `Clock` has a now().
template <class Clock> std::string to_string(const std::vector<basic_reconnect_record<Clock>>& history) {
    if (history.empty()) return "no attempt has ended yet";
    const auto now = detail::now_if_known<Clock>();
    const auto newest = history.back().start;
    std::string text;
    for (const basic_reconnect_record<Clock>& each : history) {
        const bool is_newest = &each == &history.back();
        if (!text.empty()) text += '\n';
        if (!is_newest) text += detail::time_to_string(newest - each.start) + " earlier";
        else text += "the newest" + (now ? ", " + detail::time_to_string(*now - newest) + " ago" : "");
        text += ": server " + std::to_string(each.server);
        text += each.was_connected ? ", connected after " : ", failed after ";
        text += detail::time_to_string(each.duration);
        if (each.was_connected) text += each.error ? ", ended: " : ", not ended";
        else text += ": ";
        if (each.error) text += detail::message_of(each.error);
    }
    return text;
}

}  // namespace uplink

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/reconnect_text.ipp>
#endif
