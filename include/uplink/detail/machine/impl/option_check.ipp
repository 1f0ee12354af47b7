// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of option_check.hpp.
#pragma once

#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/dead_peer.hpp>
#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool has_control(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), is_control);
}

UPLINK_DECL bool is_local_address(std::string_view text) {
    if (!is_plain(text)) return false;  // a NUL would hide what follows it
    const std::size_t percent = text.find('%');
    const std::string address(text.substr(0, percent));
    error_code ec;
    if (percent == std::string_view::npos) {
        net::ip::make_address(address, ec);
    } else {
        if (percent + 1 == text.size()) return false;
        net::ip::make_address_v6(address, ec);
    }
    return !ec;
}

UPLINK_DECL std::string_view find_invalid_local_address(const connect_options& options) {
    const auto& addresses = options.local_addresses;
    if (!std::all_of(addresses.begin(), addresses.end(), is_local_address))
        return "connect.local_addresses has an element that is not an IP address";
    if (addresses.size() > 2 || (addresses.size() == 2 && family_of(addresses[0]) == family_of(addresses[1])))
        return "connect.local_addresses has several addresses of one family";
    if (options.family != address_family::any && !addresses.empty() &&
        local_address_of(options, options.family) == nullptr)
        return "connect.local_addresses has no address of the family that connect.family allows";
    return {};
}

UPLINK_DECL std::string_view find_invalid(const connect_options& options) {
    if (options.timeout <= std::chrono::nanoseconds::zero()) return "connect.timeout must be above zero";
    if (options.attempt_delay < std::chrono::nanoseconds::zero())
        return "connect.attempt_delay must not be negative";
    if (options.resolution_delay < std::chrono::nanoseconds::zero())
        return "connect.resolution_delay must not be negative";
    if (options.first_family_count == 0) return "connect.first_family_count must be at least 1";
    if (options.max_parallel_attempts == 0) return "connect.max_parallel_attempts must be at least 1";
    if (options.family < address_family::any || options.family > address_family::v6)
        return "connect.family must be any, v4 or v6";
    if (!options.local_addresses.empty()) {
        if (const std::string_view reason = find_invalid_local_address(options); !reason.empty())
            return reason;
    }
    const std::string_view interface_name = options.network_interface;
    if (interface_name.size() > max_interface_length)
        return "connect.network_interface is longer than 15 bytes";
    if (!is_plain(interface_name) || interface_name.find('/') != std::string_view::npos)
        return "connect.network_interface has a space, a slash or a control character";
    if (interface_name == "." || interface_name == "..")
        return "connect.network_interface is not the name of an interface";
    return {};
}

UPLINK_DECL std::string_view find_invalid(const keep_alive_options& options) noexcept {
    if (options.idle.count() < 1 || options.idle.count() > max_keep_alive_seconds)
        return "socket.keep_alive.idle must be from 1 s to 32767 s";
    if (options.interval.count() < 1 || options.interval.count() > max_keep_alive_seconds)
        return "socket.keep_alive.interval must be from 1 s to 32767 s";
    if (options.count < 1 || options.count > max_keep_alive_count)
        return "socket.keep_alive.count must be from 1 to 127";
    return {};
}

UPLINK_DECL std::string_view find_invalid(const socket_options& options) noexcept {
    if (options.keep_alive) {
        if (const std::string_view reason = find_invalid(*options.keep_alive); !reason.empty()) return reason;
    }
    if (options.user_timeout && (options.user_timeout->count() <= 0 ||
                                 options.user_timeout->count() > (std::numeric_limits<int>::max)())) {
        return "socket.user_timeout must be from 1 ms to 2147483647 ms";
    }
    if (options.dead_after) {
        if (*options.dead_after < least_dead_after || *options.dead_after > most_dead_after)
            return "socket.dead_after must be from 3 s to 32767 s";
        if (options.keep_alive)
            return "socket.dead_after sets keep-alive, so socket.keep_alive must not be set";
        if (options.user_timeout)
            return "socket.dead_after sets the user timeout, so socket.user_timeout must not be set";
    }
    if (options.send_buffer && *options.send_buffer <= 0) return "socket.send_buffer must be above zero";
    if (options.receive_buffer && *options.receive_buffer <= 0)
        return "socket.receive_buffer must be above zero";
    if (options.dscp && (*options.dscp < 0 || *options.dscp > 63)) return "socket.dscp must be from 0 to 63";
    return {};
}

UPLINK_DECL std::string_view find_invalid(const no_proxy&) noexcept { return {}; }

UPLINK_DECL std::string_view find_invalid(const socks5_proxy& proxy) noexcept {
    const std::string_view reason = find_fault_of_any_proxy(proxy);
    if (reason.empty() && proxy.user.empty() && !proxy.password.empty())
        return "proxy.password is set without proxy.user";
    return reason;
}

UPLINK_DECL std::string_view find_invalid(const http_proxy& proxy) noexcept {
    const std::string_view reason = find_fault_of_any_proxy(proxy);
    if (reason.empty() && proxy.user.find(':') != std::string::npos) return "proxy.user has a colon";
    if (reason.empty() && !is_plain_ascii(proxy.user))
        return "proxy.user has a space or a byte that is not ASCII";
    return reason;
}

UPLINK_DECL std::string_view find_option_of_tcp(const connect_options& connect,
                                                const socket_options& socket) noexcept {
    if (socket.keep_alive) return "socket.keep_alive is for TCP alone";
    if (socket.user_timeout) return "socket.user_timeout is for TCP alone";
    if (socket.dead_after) return "socket.dead_after is for TCP alone";
    if (socket.dscp) return "socket.dscp is for TCP alone";
    if (socket.reset_on_close) return "socket.reset_on_close is for TCP alone";
    if (!connect.local_addresses.empty()) return "connect.local_addresses is for TCP alone";
    if (connect.local_port != 0) return "connect.local_port is for TCP alone";
    if (!connect.network_interface.empty()) return "connect.network_interface is for TCP alone";
    return {};
}

UPLINK_DECL std::string_view check_options(const connect_options& connect, const socket_options& socket,
                                           bool is_tcp) {
    std::string_view reason = find_invalid(connect);
    if (reason.empty()) reason = find_invalid(socket);
    if (reason.empty() && !is_tcp) reason = find_option_of_tcp(connect, socket);
    return reason;
}

UPLINK_DECL std::string_view check_options(const client_options& options, bool is_tcp) {
    if (const std::string_view reason = check_options(options.connect, options.socket, is_tcp);
        !reason.empty())
        return reason;
    if (options.idle_timeout && *options.idle_timeout <= std::chrono::nanoseconds::zero())
        return "idle_timeout must be above zero";
    if (options.close_timeout <= std::chrono::nanoseconds::zero()) return "close_timeout must be above zero";
    if (options.max_receive == 0) return "max_receive must be above zero";
    if (options.send_queue.limit == 0) return "send_queue.limit must be above zero";
    if (options.receive_spin < std::chrono::nanoseconds::zero() || options.receive_spin > max_receive_spin)
        return "receive_spin must be from 0 to 10 ms";
    if (options.proxy.valueless_by_exception()) return "proxy has no value";
    if (!is_tcp && !std::holds_alternative<no_proxy>(options.proxy)) return "proxy is for TCP alone";
    return std::visit([](const auto& proxy) { return find_invalid(proxy); }, options.proxy);
}

}  // namespace uplink::detail
