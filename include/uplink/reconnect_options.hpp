// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How a reconnecting_client tries again, and what it shows of itself: options, budget, verdict, status and
// history. Values only. Included by <uplink/reconnecting_client.hpp>.
#pragma once

#include <uplink/detail/machine/token_bucket.hpp>
#include <uplink/detail/support/service_argument.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

/// One of the servers that a reconnecting_client may use: what async_connect is given. For a client of local
/// sockets `host` is the path, and `service` is not used.
struct server_address {
    server_address() = default;
    /// A host and a service, as for async_connect.
    server_address(std::string server_host, std::string server_service)
        : host(std::move(server_host)), service(std::move(server_service)) {}
    /// A number outside 1 to 65535 is asio::error::invalid_argument, from the first attempt.
    template <detail::port_number Port>
    server_address(std::string server_host, Port port)
        : host(std::move(server_host)), service(detail::port_text(port)) {}

    std::string host{};     ///< a name or an IP literal; or a path
    std::string service{};  ///< a port, or the name of a service
};

/// How long is waited after a failure: after the n-th failure of a server in a row a time between `floor` and
/// the smaller of `cap` and `base * factor^(n - 1)`, each equally likely ("full jitter").
struct backoff_options {
    std::chrono::nanoseconds base = std::chrono::milliseconds(500);  ///< between floor and cap
    std::chrono::nanoseconds cap = std::chrono::seconds(60);         ///< the longest wait
    std::chrono::nanoseconds floor = std::chrono::milliseconds(50);  ///< zero or more
    double factor = 2;                                               ///< at least 1
};

/// What becomes of the sends that wait when a connection is lost.
enum class loss_policy {
    fail,            ///< all of them complete with errc::connection_lost, and their exact counts
    keep_untouched,  ///< those of which no byte was sent wait for the next connection, in order
};

/// What a reconnecting_client is doing; <uplink/reconnecting_client.hpp> has the table.
enum class reconnect_state { idle, connecting, preparing, connected, waiting, stopping, stopped, failed };

/// How many attempts per second the clients that share it may start, all together (a token bucket). It takes
/// its time from the clients that ask, so these must have the same clock. May be used from several threads.
class reconnect_budget {
public:
    /// `burst`: the most attempts that may start at once after a pause, at least 1. An invalid value is
    /// asio::error::invalid_argument from the start of each client.
    reconnect_budget(double attempts_per_second, double burst) noexcept
        : bucket_(attempts_per_second, burst) {}

    /// The numbers are valid.
    bool is_valid() const noexcept { return bucket_.is_valid(); }
    /// For the client: takes a token, and returns the time at which it is there.
    std::chrono::nanoseconds reserve(std::chrono::nanoseconds now) noexcept {
        const std::lock_guard<std::mutex> lock(mutex_);
        return bucket_.reserve(now);
    }
    /// For the client: the attempt was given up before its time.
    void give_back() noexcept {
        const std::lock_guard<std::mutex> lock(mutex_);
        bucket_.give_back();
    }

private:
    mutable std::mutex mutex_{};
    detail::token_bucket bucket_;
};

/// Settings of a reconnecting_client. An invalid value (a base below the floor or above the cap, a factor
/// below 1, a negative time, a budget with a burst below 1) is asio::error::invalid_argument: start() leads
/// to `failed`.
struct reconnect_options {
    backoff_options backoff{};  ///< the waits
    /// A connection is stable, and the back-off begins anew, when it has been up for so long after the
    /// session hook; or by mark_stable().
    std::chrono::nanoseconds stable_after = std::chrono::seconds(10);
    /// Failures in a row, of all servers, without a stable connection between them, that lead to `failed`; 0:
    /// it never gives up.
    std::size_t max_failures = 0;
    loss_policy on_loss = loss_policy::fail;  ///< what becomes of the sends that wait
    /// Bytes that may wait to be sent while there is no connection; more is errc::send_queue_full.
    std::size_t queue_limit = std::size_t{16} * 1024 * 1024;
    /// Bytes that are read before anybody asks for them, so that a loss is noticed; beyond them TCP's flow
    /// control holds the server back. 0: only the receives of the user read.
    std::size_t read_ahead = std::size_t{64} * 1024;
    std::shared_ptr<reconnect_budget> budget{};  ///< null: no limit
    /// Of the random numbers of the back-off. None: from the system's entropy. A seed makes one history, for
    /// tests; clients that share a seed draw the same numbers, and so try again at the same time.
    std::optional<std::uint64_t> seed{};
};

/// The answer to a failure, see reconnecting_client::on_failure().
class retry_verdict {
public:
    /// Tries again after the back-off.
    static retry_verdict retry() noexcept { return retry_verdict(kind::retry, {}); }
    /// Tries this server again after that time, counted from the failure, whatever the back-off says; a
    /// budget still counts. A negative time is zero.
    static retry_verdict retry_after(std::chrono::nanoseconds time) noexcept {
        return retry_verdict(kind::retry_after, time > time.zero() ? time : time.zero());
    }
    /// Gives up: the client has failed, with the error of this failure.
    static retry_verdict stop() noexcept { return retry_verdict(kind::stop, {}); }

    /// Made by stop().
    bool is_stop() const noexcept { return kind_ == kind::stop; }
    /// None: by the back-off.
    std::optional<std::chrono::nanoseconds> delay() const noexcept;

private:
    enum class kind : unsigned char { retry, retry_after, stop };
    retry_verdict(kind verdict, std::chrono::nanoseconds time) noexcept : kind_(verdict), time_(time) {}

    kind kind_;
    std::chrono::nanoseconds time_;
};

/// What a reconnecting_client is doing now.
template <class Clock> struct basic_reconnect_status {
    reconnect_state state = reconnect_state::idle;  ///< now
    std::uint64_t generation = 0;                   ///< counts the changes of state
    typename Clock::time_point since{};             ///< when this state began
    std::size_t failures = 0;  ///< attempts in a row, of all servers, without a stable connection
    std::optional<typename Clock::time_point> next_attempt{};  ///< while waiting
    error_code last_error{};          ///< of the last failure or loss; eof after an orderly end
    std::size_t server = 0;           ///< index of the server that is, or was last, tried
    std::uint64_t connections = 0;    ///< that reached `connected`
    std::uint64_t dropped_bytes = 0;  ///< received on such a connection, and delivered to nobody
};

/// One attempt that has ended, or that led to a connection.
template <class Clock> struct basic_reconnect_record {
    typename Clock::time_point start{};   ///< when it began
    std::size_t server = 0;               ///< index
    std::chrono::nanoseconds duration{};  ///< until it failed, or until `connected`
    error_code error{};  ///< why it failed, or how the connection ended: eof in order; none: it stands
    bool was_connected = false;  ///< it reached `connected`
};

/// The status of a client on real time.
using reconnect_status = basic_reconnect_status<std::chrono::steady_clock>;
/// An attempt of a client on real time.
using reconnect_record = basic_reconnect_record<std::chrono::steady_clock>;

}  // namespace uplink

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/reconnect_options.ipp>
#endif
