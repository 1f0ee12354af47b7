// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a failed connect is, in one line, and what is told of any connect.
#pragma once

#include "json.hpp"
#include "session.hpp"
#include "timeline.hpp"

#include <uplink/error.hpp>
#include <uplink/options.hpp>
#include <uplink/proxy.hpp>

#include <cstddef>
#include <string>
#include <system_error>
#include <variant>

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

/// All that was tried: a name may have several addresses.
template <class Client>
std::string refusal_text(const Client& client, const target& server, const std::error_code& ec) {
    const auto& attempts = client.last_connect().attempts;
    const std::string name = printable(server.name());
    const bool has_proxy = !std::holds_alternative<uplink::no_proxy>(client.options().proxy);
    std::string where;
    if (has_proxy) where = name + (attempts.empty() ? " through a proxy" : " through the proxy ");
    else if (attempts.size() != 1 || server.path) where = name;
    for (const auto& attempt : attempts) {
        if (server.path) continue;
        where += (attempts.size() == 1 ? "" : ", tried ") + text_of(attempt.endpoint);
    }
    return failure_text(where, ec, client.last_connect());
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
