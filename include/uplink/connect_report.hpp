// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What happened while connecting: kept by the client after success and after failure alike, so that a
// log line can say which address failed, when and why. Times are measured from the start of async_connect.
#pragma once

#include <uplink/fwd.hpp>
#include <uplink/net.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE {

/// One attempt on one address; with a proxy it is an address of the proxy.
template <class Endpoint> struct basic_connect_attempt {
    Endpoint endpoint{};                  ///< the address that was tried
    std::chrono::nanoseconds start{};     ///< since the operation began
    std::chrono::nanoseconds duration{};  ///< of this attempt
    /// None for the winner, operation_aborted for one that lost the race. One that was under way when the
    /// limit ran out or a cancel came has the code of that. asio::error::in_progress while it goes on.
    error_code error{};
};

/// What the TLS handshake agreed on, or why it failed; empty if the stream is not TLS.
struct tls_report {
    std::string protocol{};  ///< such as "TLSv1.3"
    std::string cipher{};    ///< by OpenSSL's name
    std::string group{};     ///< of the key exchange, by OpenSSL's name; empty: there was none
    std::string alpn{};      ///< the protocol agreed on (RFC 7301); empty: none
    bool resumed = false;    ///< an earlier session was taken up again
    std::string alert{};     ///< the server's, as RFC 8446 names it; also one that comes later; empty: none
    std::string verify_error{};  ///< the X.509 reason in words, on failure
    int depth = -1;              ///< of the certificate at fault, on failure
    std::string subject{};       ///< of the certificate at fault, on failure
};

/// One async_connect. If it was refused before it began, only the first three members and `error` are set.
template <class Endpoint> struct basic_connect_report {
    std::string host{};     ///< as asked for; empty for a connect to endpoints
    std::string service{};  ///< likewise
    /// Why it failed, in words: which argument or option is invalid or was refused by the system, or what
    /// was waited for. Empty if `error` says all.
    std::string reason{};
    std::chrono::nanoseconds lookup{};  ///< until the last answer waited for; 0: none was
    /// When the lookup really began: later than 0 if it had to wait for a thread of the system's lookups, of
    /// which a context has 16. None: it never began, or there was none.
    std::optional<std::chrono::nanoseconds> lookup_began{};
    /// For how long the addresses may be kept, if the resolver has said it: the shortest time that it has
    /// said.
    std::optional<std::chrono::seconds> time_to_live{};
    error_code lookup_error{};                                ///< if no address came of the lookup
    std::vector<basic_connect_attempt<Endpoint>> attempts{};  ///< in order of start
    std::optional<std::size_t> winner{};                      ///< index into attempts
    std::chrono::nanoseconds proxy{};                         ///< spent talking to the proxy
    int proxy_status = 0;                                     ///< HTTP status or SOCKS reply code; 0: none
    std::chrono::nanoseconds handshake{};                     ///< spent in the TLS handshake
    tls_report tls{};                                         ///< what TLS agreed on
    std::chrono::nanoseconds total{};                         ///< until the result was final
    error_code error{};                                       ///< what async_connect completed with
};

namespace detail {

std::string to_milliseconds(std::chrono::nanoseconds time);
std::string endpoint_to_string(const net::ip::tcp::endpoint& endpoint);
std::string endpoint_to_string(const net::local::stream_protocol::endpoint& endpoint);

/// The texts are the caller's, of any length and with any byte.
std::string printable(std::string_view text);

/// Empty for a connect to endpoints: the attempts show them.
std::string asked_for_to_string(std::string_view host, std::string_view service);

std::string result_to_string(const error_code& ec);

/// Empty if it began at once.
template <class Report> std::string beginning_of_lookup(const Report& report) {
    if (!report.lookup_began) return ", never began";
    const bool at_once = *report.lookup_began < std::chrono::milliseconds(1);
    return at_once ? std::string() : ", began at " + to_milliseconds(*report.lookup_began);
}

/// What is known of the session, and then what went wrong. Names from the server can have any byte.
std::string to_string(const tls_report& tls);

}  // namespace detail

/// The report as lines that a person can read in a log, the last without a line end. It has no credentials.
template <class Endpoint> std::string to_string(const basic_connect_report<Endpoint>& report) {
    std::string text = detail::asked_for_to_string(report.host, report.service);
    text += report.error ? "connect failed after " : "connected in ";
    text += detail::to_milliseconds(report.total);
    if (report.error) text += ": " + report.error.message();
    if (!report.reason.empty()) text += " (" + report.reason + ")";
    if (report.lookup.count() != 0 || report.lookup_error || report.time_to_live) {
        text += "\n  lookup " + detail::to_milliseconds(report.lookup) + detail::beginning_of_lookup(report) +
                ": " + detail::result_to_string(report.lookup_error);
        if (report.time_to_live)
            text += ", time to live " + std::to_string(report.time_to_live->count()) + " s";
    }
    for (std::size_t i = 0; i != report.attempts.size(); ++i) {
        const auto& attempt = report.attempts[i];
        text += "\n  " + detail::endpoint_to_string(attempt.endpoint) + " at " +
                detail::to_milliseconds(attempt.start) + " for " + detail::to_milliseconds(attempt.duration) +
                ": ";
        text += report.winner == i ? "won" : detail::result_to_string(attempt.error);
    }
    if (report.proxy.count() != 0 || report.proxy_status != 0) {
        text += "\n  proxy " + detail::to_milliseconds(report.proxy) + ", status " +
                std::to_string(report.proxy_status);
    }
    if (report.handshake.count() != 0) text += "\n  handshake " + detail::to_milliseconds(report.handshake);
    return text + detail::to_string(report.tls);
}

}  // namespace uplink

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/connect_report.ipp>
#endif
