// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The report of a connect and the statistics of a connection as JSON (RFC 8259), in one line. Times are numbers of
// milliseconds.
#pragma once

#include "timeline.hpp"

#include <uplink/connection_stats.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tool {

/// The length of the UTF-8 sequence that the text begins with; 0: it is none.
inline std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
    };
    const std::size_t length = byte(0) < 0x80   ? 1
                               : byte(0) < 0xc2 ? 0
                               : byte(0) < 0xe0 ? 2
                               : byte(0) < 0xf0 ? 3
                                                : 4;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xc0) != 0x80) return 0;
    }
    const bool is_surrogate = byte(0) == 0xed && byte(1) >= 0xa0;
    const bool is_overlong = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90);
    const bool is_beyond = byte(0) > 0xf4 || (byte(0) == 0xf4 && byte(1) >= 0x90);
    return is_surrogate || is_overlong || is_beyond ? 0 : length;
}

/// In quotation marks. Bytes that are no UTF-8 become U+FFFD.
inline std::string json_text(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result = "\"";
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        const auto first = static_cast<unsigned char>(text[0]);
        if (length == 0) {
            result += "\\ufffd";
        } else if (first == '"' || first == '\\') {
            (result += '\\') += text[0];
        } else if (first < 0x20) {
            ((result += "\\u00") += digits[first >> 4]) += digits[first & 15];
        } else {
            result += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result + '"';
}

inline std::string json_milliseconds(std::chrono::nanoseconds time) {
    const auto micro = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    return std::to_string(micro / 1000) + '.' + std::to_string(1000 + micro % 1000).substr(1);
}

/// Members one after the other.
class json_object {
public:
    /// `value` is JSON already.
    json_object& add(std::string_view name, const std::string& value) {
        ((text_ += text_.empty() ? "{" : ",") += json_text(name)) += ':' + value;
        return *this;
    }
    json_object& text(std::string_view name, std::string_view value) { return add(name, json_text(value)); }
    json_object& number(std::string_view name, std::uint64_t value) {
        return add(name, std::to_string(value));
    }
    json_object& time(std::string_view name, std::chrono::nanoseconds value) {
        return add(name, json_milliseconds(value));
    }
    std::string str() const { return text_.empty() ? "{}" : text_ + '}'; }

private:
    std::string text_{};
};

template <class Report> std::string report_to_json(const Report& report) {
    const auto message = [](const auto& ec) { return ec ? json_text(ec.message()) : std::string("null"); };
    std::string attempts;
    for (const auto& attempt : report.attempts) {
        attempts += (attempts.empty() ? "" : ",") + json_object()
                                                        .text("endpoint", text_of(attempt.endpoint))
                                                        .time("start_ms", attempt.start)
                                                        .time("duration_ms", attempt.duration)
                                                        .add("error", message(attempt.error))
                                                        .str();
    }
    json_object object;
    object.text("host", report.host).text("service", report.service).add("error", message(report.error));
    object.text("reason", report.reason).time("total_ms", report.total).time("lookup_ms", report.lookup);
    object.add("lookup_error", message(report.lookup_error)).add("attempts", '[' + attempts + ']');
    object.add("winner", report.winner ? std::to_string(*report.winner) : "null");
    object.time("proxy_ms", report.proxy).add("proxy_status", std::to_string(report.proxy_status));
    object.time("handshake_ms", report.handshake);
    if (report.handshake.count() != 0) {
        json_object tls;
        tls.text("protocol", report.tls.protocol)
            .text("cipher", report.tls.cipher)
            .text("group", report.tls.group);
        tls.text("alpn", report.tls.alpn).add("resumed", report.tls.resumed ? "true" : "false");
        tls.text("alert", report.tls.alert).text("verify_error", report.tls.verify_error);
        object.add("tls", tls.text("subject", report.tls.subject).str());
    }
    return object.str();
}

inline std::string stats_to_json(const uplink::connection_stats& stats) {
    json_object object;
    object.number("bytes_sent", stats.bytes_sent).number("bytes_received", stats.bytes_received);
    object.number("sends", stats.sends).number("receives", stats.receives);
    object.time("connected_ms", stats.connected_for);
    object.add("rtt_ms", stats.rtt ? json_milliseconds(*stats.rtt) : "null");
    object.add("retransmits", stats.retransmits ? std::to_string(*stats.retransmits) : "null");
    return object.str();
}

/// Everything, as --json prints it.
template <class Report>
std::string to_json(int status, const std::string& failure, const Report& report,
                    const uplink::connection_stats& stats) {
    return json_object()
        .add("exit_status", std::to_string(status))
        .add("failure", failure.empty() ? "null" : json_text(failure))
        .add("connect", report_to_json(report))
        .add("statistics", stats_to_json(stats))
        .str();
}

}  // namespace tool
