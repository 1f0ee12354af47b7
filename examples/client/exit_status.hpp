// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The exit status of the client: one for each kind of failure, so that a script can tell them apart.
#pragma once

#include <uplink/error.hpp>

#include <asio/error.hpp>

#include <string_view>
#include <system_error>

namespace tool {

enum class exit_status : int {
    done = 0,
    failed = 1,
    usage = 2,
    local = 3,
    lookup = 4,
    connect = 5,
    proxy = 6,
    tls = 7,
    timeout = 8,
    broken = 9,
    interrupted = 130,
};

/// For the help.
constexpr std::string_view exit_status_help =
    "Exit status:\n"
    "    0  all was sent, and the peer ended in order\n"
    "    1  failed otherwise\n"
    "    2  called wrongly, or with invalid arguments\n"
    "    3  standard input, the file, or standard output; silent if nobody reads the output\n"
    "    4  the name or the service was not found\n"
    "    5  no connection: refused, unreachable\n"
    "    6  the proxy refused or failed\n"
    "    7  TLS: certificate rejected, alert, files that can't be used\n"
    "    8  a time limit ran out\n"
    "    9  the connection broke: reset, or cut in the middle\n"
    "  130  interrupted (SIGINT); 143 by SIGTERM";

/// When a failure came.
enum class phase { connecting, connected };

inline exit_status exit_status_of(const std::error_code& ec, phase when) {
    if (!ec) return exit_status::done;
    if (ec == uplink::condition::timeout) return exit_status::timeout;
    if (ec == uplink::condition::cancelled) return exit_status::interrupted;
    if (ec.category() == asio::error::get_netdb_category() ||
        ec.category() == asio::error::get_addrinfo_category())
        return exit_status::lookup;
    if (ec == asio::error::invalid_argument) return exit_status::usage;
    if (ec == asio::error::no_memory) return exit_status::failed;
    if (ec == uplink::errc::tls_configuration || ec == uplink::errc::certificate_rejected ||
        ec == uplink::errc::tls_alert || ec == uplink::errc::tls_failed)
        return exit_status::tls;
    if (ec.category() == make_error_code(uplink::errc::proxy_protocol_error).category() &&
        ec.value() >= static_cast<int>(uplink::errc::proxy_protocol_error) &&
        ec.value() <= static_cast<int>(uplink::errc::proxy_http_status))
        return exit_status::proxy;
    return when == phase::connecting ? exit_status::connect : exit_status::broken;
}

}  // namespace tool
