// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a failed connect is, in one line, and what is told of any connect.
#pragma once

#include "exit_status.hpp"
#include "json.hpp"
#include "session.hpp"
#include "target.hpp"
#include "timeline.hpp"

#include <uplink/error.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <asio/error.hpp>

#include <string>
#include <system_error>
#include <variant>
#include <vector>

namespace tool {

/// What a report says about a failure, besides its code.
template <class Report> std::string details_of(const std::error_code& ec, const Report& report) {
    std::string text = report.reason;
    const auto add = [&](const std::string& words) {
        text += (text.empty() || words.empty() ? "" : ", ") + words;
    };
    if (ec == uplink::errc::proxy_http_status) add(std::to_string(report.proxy_status));
    add(report.tls.verify_error);
    if (report.tls.depth >= 0) add("of " + report.tls.subject);
    if (!report.tls.alert.empty()) add("alert " + report.tls.alert);
    return printable(text);
}

/// "what: message (details)".
template <class Report>
std::string failure_text(const std::string& what, const std::error_code& ec, const Report& report) {
    const std::string details = details_of(ec, report);
    return what + ": " + message_of(ec) + (details.empty() ? "" : " (" + details + ')');
}

/// The server, and all addresses that were tried: a name may have several. One that was given is not named twice.
inline std::string refused_place(const target& server, const std::vector<std::string>& tried,
                                 bool has_proxy) {
    const auto is_given = [&](const std::string& address) {
        return address.starts_with(server.host + ':') || address.starts_with('[' + server.host + "]:");
    };
    std::string where = printable(server.name());
    if (has_proxy) where += tried.empty() ? " through a proxy" : " through the proxy";
    else if (tried.size() == 1 && is_given(tried[0])) return tried[0];
    for (const std::string& each : tried) where += (has_proxy && tried.size() == 1 ? " " : ", tried ") + each;
    return where;
}

template <class Client>
std::string refusal_text(const Client& client, const target& server, const std::error_code& ec) {
    std::vector<std::string> tried;
    for (const auto& attempt : client.last_connect().attempts) {
        if (!server.path) tried.push_back(text_of(attempt.endpoint));
    }
    const bool has_proxy = !std::holds_alternative<uplink::no_proxy>(client.options().proxy);
    return failure_text(refused_place(server, tried, has_proxy), ec, client.last_connect());
}

/// The system calls some routes an invalid argument: that is no mistake of the caller.
template <class Report> exit_status refusal_status(const std::error_code& ec, const Report& report) {
    const bool was_tried = !report.attempts.empty();
    if (ec == asio::error::invalid_argument && was_tried) return exit_status::connect;
    return exit_status_of(ec, phase::connecting);
}

template <class Client> void tell_of_connect(const session& all, const Client& client) {
    if (all.how.verbose && !all.how.json) all.out.print(draw(timeline_of(client.last_connect())));
}

/// Says how it ended, and gives the exit status.
template <class Client> int conclude(const session& all, const Client& client) {
    if (all.how.json) {
        all.out.print(to_json(all.status(), all.message(), client.last_connect(), client.stats()) + '\n');
        return all.status();
    }
    if (all.how.stats && client.stats().connected_for.count() != 0)
        all.out.print(stats_text(client.stats()) + '\n');
    if (!all.message().empty()) all.out.say(all.message());
    return all.status();
}

}  // namespace tool
