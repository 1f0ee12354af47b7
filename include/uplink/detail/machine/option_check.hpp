// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Finds invalid options, from their values alone and without a system call, before async_connect
// does anything else. Each check returns the reason in words, beginning with the full name of the option, or
// an empty text if the value is valid; the error code of all is asio::error::invalid_argument. A value is
// refused here only if it could never work or would silently mean something else. If it depends on the
// machine (an address or an interface that the machine does not have), the attempt reports it. Pure
// functions.
#pragma once

#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/proxy_url.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline constexpr std::size_t max_interface_length = 15;  // IFNAMSIZ without its NUL
inline constexpr std::int64_t max_keep_alive_seconds =
    32767;                                        // the kernel's MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL
inline constexpr int max_keep_alive_count = 127;  // the kernel's MAX_TCP_KEEPCNT

inline constexpr std::chrono::milliseconds max_receive_spin{10};

bool has_control(std::string_view text) noexcept;

/// True for an address that can be bound. A scope ("fe80::1%eth0") is looked up later, when the socket is
/// bound, since the lookup is a system call.
bool is_local_address(std::string_view text);

std::string_view find_invalid_local_address(const connect_options& options);
std::string_view find_invalid(const connect_options& options);
std::string_view find_invalid(const keep_alive_options& options) noexcept;
std::string_view find_invalid(const socket_options& options) noexcept;

/// The host is not classified as a literal or a name here: the connect does that, as for the host of the
/// server.
template <class Proxy> std::string_view find_fault_of_any_proxy(const Proxy& proxy) noexcept {
    if (proxy.host.empty()) return "proxy.host is empty";
    if (proxy.host.size() > longest_name + (proxy.host.ends_with('.') ? 1 : 0))
        return "proxy.host is longer than 253 characters";
    if (!is_plain(proxy.host)) return "proxy.host has a space or a control character";
    if (proxy.port == 0) return "proxy.port must be from 1 to 65535";
    if (proxy.user.size() > max_credential_length) return "proxy.user is longer than 255 bytes";
    if (has_control(proxy.user)) return "proxy.user has a control character";
    if (proxy.password.size() > max_credential_length) return "proxy.password is longer than 255 bytes";
    if (has_control(proxy.password)) return "proxy.password has a control character";
    return {};
}

std::string_view find_invalid(const no_proxy&) noexcept;

/// A password without a user would never be sent: SOCKS5 cannot send it alone.
std::string_view find_invalid(const socks5_proxy& proxy) noexcept;

/// A colon in the user's name would end the name too early (RFC 7617, section 2). A proxy cannot know the
/// encoding of a byte above ASCII in it, and no user's name has a space.
std::string_view find_invalid(const http_proxy& proxy) noexcept;

/// Finds an option that only TCP has. Every socket has buffer sizes and before_connect; no_delay is on by
/// default, so it is ignored.
std::string_view find_option_of_tcp(const connect_options& connect, const socket_options& socket) noexcept;

/// The check for one attempt, which uses only these options.
std::string_view check_options(const connect_options& connect, const socket_options& socket, bool is_tcp);

/// Checks every option of a client. send_queue.low_water may exceed send_queue.limit: a small limit with the
/// default low-water mark makes sense, and async_drain then completes immediately unless one large send is in
/// progress. A low-water mark of zero makes sense too (drain to the last byte), and so do delays of zero in
/// the race (as short as allowed).
std::string_view check_options(const client_options& options, bool is_tcp);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/option_check.ipp>
#endif
