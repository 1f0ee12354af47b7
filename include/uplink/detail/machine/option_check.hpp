// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which options make no sense. Decided from the values alone, without a system call, before async_connect does
// anything else; every answer is success or asio::error::invalid_argument. A rule stands here only where the
// value could never work or would silently mean something else; what depends on the machine (an address or an
// interface that it does not have) is left for the attempt to find out.
#pragma once

#include <uplink/detail/machine/host_service.hpp>
#include <uplink/detail/support/asio.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline constexpr std::size_t max_credential_length = 255;  // RFC 1929, section 2
inline constexpr std::size_t max_interface_length = 15;    // IFNAMSIZ without its NUL
inline constexpr std::int64_t max_keep_alive_seconds =
    32767;                                        // the kernel's MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL
inline constexpr int max_keep_alive_count = 127;  // the kernel's MAX_TCP_KEEPCNT

inline constexpr std::chrono::milliseconds max_receive_spin{10};

constexpr bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

constexpr bool has_control(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), is_control);
}

/// An address to bind to. A scope ("fe80::1%eth0") is looked up when it is bound, since that takes a system call.
inline bool is_local_address(std::string_view text) {
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

inline bool is_interface_name(std::string_view name) noexcept {
    return name.size() <= max_interface_length && is_plain(name) &&
           name.find('/') == std::string_view::npos && name != "." && name != "..";
}

inline bool is_sensible(const connect_options& options) {
    return options.timeout > std::chrono::nanoseconds::zero() &&
           options.attempt_delay >= std::chrono::nanoseconds::zero() &&
           options.resolution_delay >= std::chrono::nanoseconds::zero() && options.first_family_count != 0 &&
           options.max_parallel_attempts != 0 && options.family >= address_family::any &&
           options.family <= address_family::v6 &&
           (options.local_address.empty() || is_local_address(options.local_address)) &&
           is_interface_name(options.network_interface);
}

constexpr bool is_sensible(const keep_alive_options& options) noexcept {
    return options.idle.count() >= 1 && options.idle.count() <= max_keep_alive_seconds &&
           options.interval.count() >= 1 && options.interval.count() <= max_keep_alive_seconds &&
           options.count >= 1 && options.count <= max_keep_alive_count;
}

inline bool is_sensible(const socket_options& options) noexcept {
    if (options.keep_alive && !is_sensible(*options.keep_alive)) return false;
    if (options.user_timeout && (options.user_timeout->count() <= 0 ||
                                 options.user_timeout->count() > (std::numeric_limits<int>::max)())) {
        return false;
    }
    if (options.send_buffer && *options.send_buffer <= 0) return false;
    if (options.receive_buffer && *options.receive_buffer <= 0) return false;
    return !options.dscp || (*options.dscp >= 0 && *options.dscp <= 63);
}

constexpr bool is_sensible(const no_proxy&) noexcept { return true; }

/// Whether the host is a literal or a name is for the connect to classify, as that of the server.
template <class Proxy> bool is_sensible_proxy(const Proxy& proxy) noexcept {
    return !proxy.host.empty() && proxy.host.size() <= longest_name + (proxy.host.ends_with('.') ? 1 : 0) &&
           is_plain(proxy.host) && proxy.port != 0 && proxy.user.size() <= max_credential_length &&
           !has_control(proxy.user) && proxy.password.size() <= max_credential_length &&
           !has_control(proxy.password);
}

/// A password without a user would never be sent: SOCKS5 has no way to.
inline bool is_sensible(const socks5_proxy& proxy) noexcept {
    return is_sensible_proxy(proxy) && !(proxy.user.empty() && !proxy.password.empty());
}

/// A colon in the user's name would move the border to the password (RFC 7617, section 2).
inline bool is_sensible(const http_proxy& proxy) noexcept {
    return is_sensible_proxy(proxy) && proxy.user.find(':') == std::string::npos;
}

/// Options that only TCP has. Buffer sizes and before_connect are any socket's, and no_delay is on by default and
/// therefore passed over.
inline bool asks_for_tcp(const connect_options& connect, const socket_options& socket) noexcept {
    return socket.keep_alive || socket.user_timeout || socket.dscp || socket.reset_on_close ||
           !connect.local_address.empty() || connect.local_port != 0 || !connect.network_interface.empty();
}

/// The check for one attempt, which has these options alone.
inline error_code check_options(const connect_options& connect, const socket_options& socket, bool is_tcp) {
    if (!is_sensible(connect) || !is_sensible(socket)) return net::error::invalid_argument;
    if (!is_tcp && asks_for_tcp(connect, socket)) return net::error::invalid_argument;
    return {};
}

/// Every option of a client. send_queue.low_water may exceed send_queue.limit: a small limit with the default low-water
/// mark is sensible, async_drain then completes at once unless one large send is in progress. So is a zero
/// low-water mark (drain to the last byte), and zero for the delays of the race (as short as allowed).
inline error_code check_options(const client_options& options, bool is_tcp) {
    if (const error_code ec = check_options(options.connect, options.socket, is_tcp)) return ec;
    const bool sensible =
        (!options.idle_timeout || *options.idle_timeout > std::chrono::nanoseconds::zero()) &&
        options.close_timeout > std::chrono::nanoseconds::zero() && options.max_receive != 0 &&
        options.send_queue.limit != 0 && options.receive_spin >= std::chrono::nanoseconds::zero() &&
        options.receive_spin <= max_receive_spin && !options.proxy.valueless_by_exception() &&
        std::visit([](const auto& proxy) { return is_sensible(proxy); }, options.proxy);
    if (!sensible) return net::error::invalid_argument;
    if (!is_tcp && !std::holds_alternative<no_proxy>(options.proxy)) return net::error::invalid_argument;
    return {};
}

}  // namespace uplink::detail
