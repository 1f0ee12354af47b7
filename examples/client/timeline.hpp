// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The report of a connect as a timeline in characters: a row for the lookup, for each attempt, for the proxy and for
// the TLS handshake. The bar shows when it went on, and its last character how it ended: + well, x not, - given up.
#pragma once

#include "text.hpp"

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace tool {

struct stage {
    std::string name{};
    std::chrono::nanoseconds start{};
    std::chrono::nanoseconds duration{};
    char mark = '+';
    std::string outcome{};
};

struct timeline {
    std::string title{};
    std::chrono::nanoseconds total{};
    std::vector<stage> stages{};
};

/// "192.0.2.1:80", "[2001:db8::1]:80".
inline std::string text_of(const asio::ip::tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' +
           std::to_string(endpoint.port());
}
/// "unix:/run/server", "unix:@abstract".
inline std::string text_of(const asio::local::stream_protocol::endpoint& endpoint) {
    std::string path = endpoint.path();
    if (path.starts_with('\0')) path.front() = '@';
    return "unix:" + printable(path);
}

/// What is known of a TLS handshake that went well, or the reason why it did not.
template <class Tls> std::string session_text(const Tls& tls, const std::string& otherwise) {
    std::string text = tls.protocol;
    const auto add = [&](const std::string& words) {
        text += (text.empty() || words.empty() ? "" : ", ") + words;
    };
    add(tls.cipher);
    if (!tls.alpn.empty()) add("alpn " + tls.alpn);
    if (tls.resumed) add("resumed");
    add(tls.verify_error);
    if (!tls.alert.empty()) add("alert " + tls.alert);
    return printable(text.empty() ? otherwise : text);
}

template <class Report> timeline timeline_of(const Report& report) {
    const auto message = [](const auto& ec) { return ec ? message_of(ec) : std::string("ok"); };
    const std::string name = report.service.empty() ? report.host : report.host + ' ' + report.service;
    timeline result;
    result.total = report.total;
    result.title =
        printable(name) + (report.error ? ": failed after " : ": connected in ") + milliseconds(report.total);
    if (report.lookup.count() != 0 || report.lookup_error)
        result.stages.push_back(
            {"lookup", {}, report.lookup, report.lookup_error ? 'x' : '+', message(report.lookup_error)});
    std::chrono::nanoseconds now{};
    for (std::size_t i = 0; i != report.attempts.size(); ++i) {
        const auto& attempt = report.attempts[i];
        const bool won = report.winner == i;
        const bool lost = report.winner && attempt.error == asio::error::operation_aborted;
        if (won) now = attempt.start + attempt.duration;
        result.stages.push_back(
            {text_of(attempt.endpoint), attempt.start, attempt.duration, won ? '+' : (lost ? '-' : 'x'),
             won ? "connected" : (lost ? "given up: another was faster" : message(attempt.error))});
    }
    const bool has_handshake = report.handshake.count() != 0;
    if (report.proxy.count() != 0 || report.proxy_status != 0) {
        const bool failed = report.error && !has_handshake;
        std::string outcome = failed ? message(report.error) : "ok";
        if (report.proxy_status != 0) outcome += ", status " + std::to_string(report.proxy_status);
        result.stages.push_back({"proxy", now, report.proxy, failed ? 'x' : '+', outcome});
        now += report.proxy;
    }
    if (has_handshake)
        result.stages.push_back({"TLS handshake", now, report.handshake, report.error ? 'x' : '+',
                                 session_text(report.tls, message(report.error))});
    return result;
}

/// The bar of one stage, `width` characters. Each stage has one at least, however short it was.
inline std::string bar_of(const stage& each, std::chrono::nanoseconds total, std::size_t width) {
    const auto column = [&](std::chrono::nanoseconds time) {
        if (total.count() <= 0 || time.count() <= 0) return std::size_t{0};
        const double part = static_cast<double>(time.count()) / static_cast<double>(total.count());
        return std::min(width, static_cast<std::size_t>(part * static_cast<double>(width)));
    };
    const std::size_t begin = std::min(column(each.start), width - 1);
    const std::size_t end = std::max(column(each.start + each.duration), begin + 1);
    std::string bar(width, ' ');
    bar.replace(begin, end - begin, end - begin, '=');
    bar[end - 1] = each.mark;
    return bar;
}

/// Lines, the last with its end too.
inline std::string draw(const timeline& line, std::size_t width = 32) {
    const auto padded = [](std::string text, std::size_t size, bool right) {
        const std::string space(size > text.size() ? size - text.size() : 0, ' ');
        return right ? space + text : text + space;
    };
    std::size_t longest = 0;
    for (const stage& each : line.stages) longest = std::max(longest, each.name.size());
    std::string text = line.title + '\n';
    for (const stage& each : line.stages) {
        text += "  " + padded(each.name, longest, false) + " |" + bar_of(each, line.total, width) + "| at " +
                padded(milliseconds(each.start), 9, true) + " for " +
                padded(milliseconds(each.duration), 9, true) + "  " + each.outcome + '\n';
    }
    return text;
}

}  // namespace tool
