// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of reconnect_text.hpp.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>
#include <uplink/reconnect_options.hpp>
#include <uplink/reconnect_text.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

UPLINK_DECL std::string time_to_string(std::chrono::nanoseconds time) {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    using std::chrono::seconds;
    if (time < seconds(1)) return to_milliseconds(time);
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
    if (time < minutes(1)) return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
    const auto in = [&](auto unit) { return std::chrono::duration_cast<decltype(unit)>(time).count(); };
    if (time < hours(1))
        return std::to_string(in(minutes())) + " min " + std::to_string(in(seconds()) % 60) + " s";
    if (time < days(2))
        return std::to_string(in(hours())) + " h " + std::to_string(in(minutes()) % 60) + " min";
    return std::to_string(in(days())) + " d " + std::to_string(in(hours()) % 24) + " h";
}

UPLINK_DECL std::string counted(std::uint64_t count, const char* one, const char* more) {
    return std::to_string(count) + " " + (count == 1 ? one : more);
}

UPLINK_DECL std::string message_of(const error_code& ec) { return printable(ec.message()); }

}  // namespace detail

UPLINK_DECL std::string to_string(reconnect_state state) {
    switch (state) {
    case reconnect_state::idle: return "idle";
    case reconnect_state::connecting: return "connecting";
    case reconnect_state::preparing: return "preparing";
    case reconnect_state::connected: return "connected";
    case reconnect_state::waiting: return "waiting";
    case reconnect_state::stopping: return "stopping";
    case reconnect_state::stopped: return "stopped";
    case reconnect_state::failed: return "failed";
    }
    return "unknown";
}

}  // namespace uplink
