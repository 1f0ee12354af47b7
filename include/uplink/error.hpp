// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The errors that uplink adds to those of Asio and of the system. What the system reports
// (connection_refused, connection_reset, ...) is passed through unchanged; a code stands here only if a
// program must be able to tell a case apart that the system has no name for. Compare with
// `condition::timeout` and `condition::cancelled` to ask what kind of ending it was.
//
// Categories are compared by their addresses, so each must be one object in the whole process: they are
// visible to shared libraries even if all else is hidden (-fvisibility=hidden).
#pragma once

#include <uplink/net.hpp>

#include <string>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE {

/// What went wrong, if the system has no code for it; written as `uplink::errc::truncated`. Values are stable
/// within a major version.
enum class errc {
    // A time limit ran out, by phase. Each equals condition::timeout and std::errc::timed_out, and none
    // equals asio::error::timed_out, which is the kernel giving up.
    resolve_timeout = 1,  ///< async_connect was waiting for a lookup alone
    connect_timeout,      ///< async_connect had attempts under way
    proxy_timeout,        ///< async_connect was talking to the proxy
    handshake_timeout,    ///< async_connect was in the TLS handshake, or a session hook was too slow
    send_timeout,         ///< of the sends, async_drain, and async_exchange while it has something to send
    receive_timeout,      ///< of the receives, and async_exchange afterwards
    close_timeout,        ///< of async_close; the socket is closed all the same

    truncated,              ///< the stream ended inside a message, or TLS ended without close_notify
    receive_limit,          ///< state() is full (client_options::max_receive); consume, then receive again
    message_too_large,      ///< a message is longer than its framing allows
    malformed_message,      ///< a framing found, or returned, what makes no message
    send_queue_full,        ///< the bytes waiting would exceed send_queue.limit; wait with async_drain
    send_interrupted,       ///< an earlier send was cut off part-way; only a new connection can send again
    operation_in_progress,  ///< a connect, receive or close is already pending; that one goes on
    self_connect,           ///< the connection led back to its own socket (both its ends are the same)

    // What a proxy answered; the SOCKS replies are those of RFC 1928, section 6.
    proxy_protocol_error,         ///< the proxy's answer is invalid, or ends inside
    proxy_no_acceptable_method,   ///< SOCKS: it takes none of the methods offered (RFC 1928, section 3)
    proxy_authentication_failed,  ///< SOCKS: user or password refused (RFC 1929); HTTP: status 407
    proxy_general_failure,        ///< SOCKS reply 1, and those above 8
    proxy_not_allowed,            ///< SOCKS reply 2
    proxy_network_unreachable,    ///< SOCKS reply 3
    proxy_host_unreachable,       ///< SOCKS reply 4
    proxy_connection_refused,     ///< SOCKS reply 5
    proxy_ttl_expired,            ///< SOCKS reply 6
    proxy_command_not_supported,  ///< SOCKS reply 7
    proxy_address_not_supported,  ///< SOCKS reply 8
    proxy_http_status,            ///< HTTP: a status other than 2xx and 407; the number is in the report

    // TLS; what exactly happened is in connect_report::tls.
    tls_configuration,     ///< files, roots, options or names that cannot be used
    certificate_rejected,  ///< the chain, the host, a pin, the verify hook, the revocation list, or ALPN
    tls_alert,             ///< the peer has ended the session with an alert
    tls_failed,            ///< anything else of the protocol

    connection_lost,  ///< reconnecting_client: the connection ended, and the operation can't continue on the next one
};

/// Kinds of ending, to compare an error code with.
enum class condition {
    timeout = 1,  ///< one of the errc::*_timeout codes: a limit of this library ran out
    cancelled,    ///< asio::error::operation_aborted: cancel(), a cancellation slot, close() or destruction
};

namespace detail {

constexpr bool is_timeout(errc value) noexcept {
    return value >= errc::resolve_timeout && value <= errc::close_timeout;
}

constexpr const char* describe(errc value) noexcept {
    switch (value) {
    case errc::resolve_timeout: return "the name lookup did not finish within the time limit";
    case errc::connect_timeout: return "no address accepted the connection within the time limit";
    case errc::proxy_timeout: return "the proxy did not answer within the time limit";
    case errc::handshake_timeout:
        return "the TLS handshake or the session hook did not finish within the time limit";
    case errc::send_timeout: return "the peer did not take the data within the time limit";
    case errc::receive_timeout: return "the peer did not send what was awaited within the time limit";
    case errc::close_timeout:
        return "the peer did not end the connection within the time limit; it was closed";
    case errc::truncated: return "the connection ended in the middle of a message";
    case errc::receive_limit:
        return "state() would exceed max_receive; take its bytes and receive again, or raise it";
    case errc::message_too_large:
        return "the message exceeds the framing's maximum; raise it or drop the peer";
    case errc::malformed_message: return "the received bytes are not a message of this framing";
    case errc::send_queue_full:
        return "too many bytes wait to be sent; wait with async_drain, then send again";
    case errc::send_interrupted:
        return "an earlier send stopped part-way; close and connect again before sending";
    case errc::operation_in_progress: return "an operation of this kind is already pending; wait for it";
    case errc::self_connect: return "the connection led back to its own socket; the server is not listening";
    case errc::proxy_protocol_error: return "the proxy's reply is malformed; check that this is such a proxy";
    case errc::proxy_no_acceptable_method:
        return "the proxy accepts none of the offered authentication methods";
    case errc::proxy_authentication_failed: return "the proxy rejected the user name or password";
    case errc::proxy_general_failure: return "the proxy reported a general failure";
    case errc::proxy_not_allowed: return "the proxy's rules do not allow this connection";
    case errc::proxy_network_unreachable: return "the proxy cannot reach the server's network";
    case errc::proxy_host_unreachable: return "the proxy cannot reach the server";
    case errc::proxy_connection_refused: return "the server refused the proxy's connection";
    case errc::proxy_ttl_expired: return "the proxy's connection to the server expired on the way";
    case errc::proxy_command_not_supported: return "the proxy does not support connecting";
    case errc::proxy_address_not_supported: return "the proxy does not support this type of address";
    case errc::proxy_http_status:
        return "the proxy refused with an HTTP status; see last_connect().proxy_status";
    case errc::tls_configuration: return "the TLS options cannot be used; see last_connect().reason";
    case errc::certificate_rejected: return "the server's certificate was rejected; see last_connect().tls";
    case errc::tls_alert: return "the peer ended the TLS session with an alert; see last_connect().tls";
    case errc::tls_failed: return "the TLS protocol failed; check that the server speaks TLS on this port";
    case errc::connection_lost:
        return "the connection was lost under the operation; ask the server how far it came before repeating it";
    }
    return "unknown uplink error";
}

class uplink_category_type final : public error_category {
public:
    const char* name() const noexcept override;
    std::string message(int value) const override;
    error_condition default_error_condition(int value) const noexcept override;
};

class condition_category_type final : public error_category {
public:
    const char* name() const noexcept override;
    std::string message(int value) const override;
    bool equivalent(const error_code& code, int value) const noexcept override;
};

}  // namespace detail

/// The category of uplink::errc.
[[gnu::visibility("default")]] const error_category& uplink_category() noexcept;

/// The category of uplink::condition.
[[gnu::visibility("default")]] const error_category& condition_category() noexcept;

/// An errc is an error_code implicitly, and compares with one: `ec == uplink::errc::truncated`.
inline error_code make_error_code(errc value) noexcept {
    return {static_cast<int>(value), uplink_category()};
}
/// A condition compares with an error_code: `ec == uplink::condition::timeout`.
inline error_condition make_error_condition(condition value) noexcept {
    return {static_cast<int>(value), condition_category()};
}

}  // namespace uplink

/// @cond
#if defined(UPLINK_USE_BOOST_ASIO)
template <> struct boost::system::is_error_code_enum<uplink::errc> : std::true_type {};
template <> struct boost::system::is_error_condition_enum<uplink::condition> : std::true_type {};
#else
template <> struct std::is_error_code_enum<uplink::errc> : std::true_type {};
template <> struct std::is_error_condition_enum<uplink::condition> : std::true_type {};
#endif
/// @endcond

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/error.ipp>
#endif
