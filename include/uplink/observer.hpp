// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The events that a client reports: the phases of each connect as they begin and end, and the end of each
// connection. client_options::observer takes such an object, for logs, metrics and traces.
// examples/log_observer.cpp writes a line for each event, examples/trace_observer.cpp a file that a browser's
// trace viewer opens.
#pragma once

#include <uplink/connection_stats.hpp>
#include <uplink/fwd.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace uplink::inline UPLINK_NAMESPACE {

/// Watches clients. Derive from it and override the events that matter: each does nothing by default.
///
/// `client` is the id() of the client that the event is about. All references are valid during the call only.
/// Error codes are those of last_connect(), "none" is an error_code without an error.
///
/// @par Order
/// A connect is zero or one lookup, then attempts, which may overlap each other and the lookup, then for a
/// proxy one or more conversations with it, between which further attempts may come, then for TLS one
/// handshake, and at last connect_ended. Each start has its end, also if the connect is cancelled, runs out
/// of time, or loses its client. All events of a connect come before its handler is called. After a connect
/// without an error comes connection_ended, once.
/// - A connect that is refused with errc::operation_in_progress or asio::error::already_connected has no
///   event.
/// - One that is refused for its arguments, its options or a limit that has expired already has connect_ended
///   alone.
/// - One that goes on with a socket that was handed over has one attempt, to the socket's peer, and no
///   lookup.
///
/// @par Executor
/// Events are called on the client's executor, some of them within its functions: within async_connect,
/// close(), release() and the destructor too. If the execution context is destroyed while a connect or a
/// connection goes on, the ends are called by the thread that destroys it, with
/// asio::error::operation_aborted for a connect and its parts, before its handler is destroyed uncalled, and
/// with none for a connection.
///
/// @par Concurrency
/// One object may serve many clients. If these run on several threads, several threads call it at the same
/// time, and it has to protect what it keeps. For one client there is one call at a time.
///
/// An event must not call the client, nor destroy it: the client is in the middle of a step. It should be
/// quick, and not block: nothing else of the client goes on meanwhile. To act on an event, post to the
/// client's executor.
///
/// @par Exceptions
/// None: the functions are noexcept, so that one that throws nevertheless ends the program.
///
/// @par Lifetime
/// A client keeps a share of its observer until it is destroyed and its last operation has ended. So the
/// observer may be destroyed by any thread that runs or destroys the client's context.
///
/// @par Cost
/// Without an observer a client looks once for each event of a connect whether there is one; bytes cost
/// nothing. With one, the end of a TCP connection asks the system for its counters.
///
/// @par Example
/// @code
/// struct failures : uplink::client_observer {
///     std::atomic<int> count = 0;
///     void connect_ended(std::uint64_t, uplink::error_code ec, std::chrono::nanoseconds) noexcept override {
///         if (ec) ++count;
///     }
/// };
/// const auto failed = std::make_shared<failures>();
/// uplink::async_client client(io, {.observer = failed});
/// @endcode
struct client_observer {
    using endpoint = net::generic::stream_protocol::endpoint;  ///< of any protocol

    virtual ~client_observer() = default;

    /// The first question to a resolver is about to be asked. There is none for an IP literal with a port
    /// number, and for endpoints.
    ///
    /// @param host     that is looked up; the proxy's if the proxy looks the server up
    /// @param service  that is looked up with it, a name or a number
    virtual void lookup_started(std::uint64_t /*client*/, const std::string& /*host*/,
                                const std::string& /*service*/) noexcept {}
    /// No further answer is waited for. If the families are asked apart, attempts may have begun before. What
    /// the client looks up besides, such as the proxy after the server, is part of the same lookup, except
    /// that the proxy may be looked up again, without an event, when it is asked for another address of the
    /// server.
    ///
    /// @param ec         as connect_report::lookup_error: none if an address came of the lookup
    /// @param addresses  how many came, of both families, repeated ones too; 0 with an error
    virtual void lookup_ended(std::uint64_t /*client*/, error_code /*ec*/,
                              std::size_t /*addresses*/) noexcept {}

    /// A socket is about to be opened, and to connect.
    ///
    /// @param index  into connect_report::attempts: 0, 1, ... for each connect
    /// @param place  that it connects to; with a proxy an address of the proxy
    virtual void attempt_started(std::uint64_t /*client*/, std::size_t /*index*/,
                                 const endpoint& /*place*/) noexcept {}
    /// The attempt has ended. Its socket is closed by now unless `ec` is none.
    ///
    /// @param index, place  as at its start
    /// @param ec            as connect_attempt::error: none for the winner, operation_aborted for a loser of
    ///                      the race
    virtual void attempt_ended(std::uint64_t /*client*/, std::size_t /*index*/, const endpoint& /*place*/,
                               error_code /*ec*/) noexcept {}

    /// The proxy is connected to, and is about to be asked for the server.
    virtual void proxy_started(std::uint64_t /*client*/) noexcept {}
    /// The tunnel stands, or the conversation has failed or was given up.
    ///
    /// @param ec      none if the tunnel stands
    /// @param status  the HTTP status or the SOCKS reply code of this conversation; 0: it has none, or
    ///                SOCKS's success
    virtual void proxy_ended(std::uint64_t /*client*/, error_code /*ec*/, int /*status*/) noexcept {}

    /// The handshake of a stream that is more than a socket, such as TLS, is about to begin.
    virtual void handshake_started(std::uint64_t /*client*/) noexcept {}
    /// The handshake has ended.
    ///
    /// @param ec  why it failed; for one that was given up the error of the connect
    virtual void handshake_ended(std::uint64_t /*client*/, error_code /*ec*/) noexcept {}

    /// The result of a connect is final. Its handler gets another one only if close() or the client's
    /// destruction comes in between; then `ec` is none here, and connection_ended follows.
    ///
    /// @param ec     as connect_report::error
    /// @param total  as connect_report::total: the time since async_connect was called; 0 if it was refused
    virtual void connect_ended(std::uint64_t /*client*/, error_code /*ec*/,
                               std::chrono::nanoseconds /*total*/) noexcept {}

    /// The connection has failed, or it is closed. An orderly end of the peer is no event: the connection
    /// ends when it is closed, or when the client connects again.
    ///
    /// @param ec     the first fatal error, at the moment at which it is noticed; none after close(),
    ///               async_close (also one that was cancelled), release() or the client's destruction;
    ///               errc::close_timeout if async_close ran out of time
    /// @param stats  of this connection, as at this moment; a read or write that is in flight is not in it
    virtual void connection_ended(std::uint64_t /*client*/, error_code /*ec*/,
                                  const connection_stats& /*stats*/) noexcept {}
};

}  // namespace uplink
