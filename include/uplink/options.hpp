// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a client can be told before it connects. client_options is an aggregate for designated
// initialisers, `{.connect = {.timeout = 5s}, .max_receive = 1 << 20}`; every default is right for most
// users. A nonsensical value (a negative time, a limit of zero, an address that does not parse) is
// asio::error::invalid_argument from async_connect, before any system call is made.
#pragma once

#include <uplink/detail/support/asio.hpp>
#include <uplink/proxy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uplink {

/// Which addresses of a name may be used.
enum class address_family { any, v4, v6 };

/// Looks names up in place of the system. One object may serve many clients.
struct name_resolver {
    virtual ~name_resolver() = default;

    /// Asks for the addresses of one family (v4 or v6, never any), in the order in which they should be
    /// tried. It is called on the client's executor and must not block. `answer` is to be called once;
    /// from any thread, within this call, late or never. After the client's operation has ended an answer
    /// is ignored. The strings are valid during the call only.
    virtual void resolve(const std::string& host, const std::string& service, address_family family,
                         std::function<void(error_code, std::vector<net::ip::tcp::endpoint>)> answer) = 0;
};

struct connect_options {
    /// For lookup, connect, proxy and TLS handshake together. A limit given to async_connect replaces it.
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);
    /// Between the starts of two attempts (RFC 8305, section 5); clamped to 10 ms .. 2 s.
    std::chrono::nanoseconds attempt_delay = std::chrono::milliseconds(250);
    /// How long the less preferred family's answer waits for the other's (RFC 8305, section 3).
    std::chrono::nanoseconds resolution_delay = std::chrono::milliseconds(50);
    /// How many addresses of the first family are tried before the families alternate (RFC 8305, section 4).
    std::size_t first_family_count = 1;
    /// The most attempts open at once; a further address waits until one of them fails.
    std::size_t max_parallel_attempts = 64;
    address_family family = address_family::any;
    std::string local_address{};      ///< an IP literal to bind to; empty: any
    std::uint16_t local_port = 0;     ///< to bind to; 0: any
    std::string network_interface{};  ///< by name; needs SO_BINDTODEVICE
    std::shared_ptr<name_resolver> resolver{};  ///< null: the system's
};

/// TCP keep-alive (RFC 9293, section 3.8.4): probes begin after `idle` of silence, repeat every
/// `interval`, and `count` unanswered ones end the connection.
struct keep_alive_options {
    std::chrono::seconds idle = std::chrono::seconds(60);
    std::chrono::seconds interval = std::chrono::seconds(10);
    int count = 6;
};

/// Set on the fresh socket of every attempt, before it connects. What the platform lacks is
/// asio::error::operation_not_supported, never ignored. On streams that are not TCP no_delay does not
/// apply, and any other TCP option that is set is asio::error::invalid_argument.
struct socket_options {
    using native_handle_type = net::ip::tcp::socket::native_handle_type;

    bool no_delay = true;                                  ///< TCP_NODELAY: no Nagle delay
    std::optional<keep_alive_options> keep_alive{};
    std::optional<std::chrono::milliseconds> user_timeout{};  ///< TCP_USER_TIMEOUT (RFC 5482)
    std::optional<int> send_buffer{};                      ///< SO_SNDBUF, bytes
    std::optional<int> receive_buffer{};                   ///< SO_RCVBUF, bytes
    std::optional<int> dscp{};                             ///< 0 .. 63 (RFC 2474)
    bool reset_on_close = false;                           ///< close() sends RST instead of FIN
    /// Called last, before the connect; an error that it returns fails this attempt alone.
    std::function<error_code(native_handle_type, const net::generic::stream_protocol::endpoint&)> before_connect{};
};

struct send_queue_options {
    std::size_t limit = 16 * 1024 * 1024;  ///< bytes that may wait behind the write in progress
    std::size_t low_water = 64 * 1024;     ///< bytes; async_drain completes at or below it
};

struct client_options {
    connect_options connect{};
    socket_options socket{};
    /// A send or receive that makes no progress for this long fails with its timeout code.
    std::optional<std::chrono::nanoseconds> idle_timeout{};
    /// For async_close where it is given no limit of its own.
    std::chrono::nanoseconds close_timeout = std::chrono::seconds(10);
    /// The most bytes that state() may hold; one more is errc::receive_limit.
    std::size_t max_receive = std::size_t{1} << 30;
    send_queue_options send_queue{};
    proxy_options proxy{};
};

}  // namespace uplink
