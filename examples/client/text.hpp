// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Small texts: times and amounts for people, and what arguments mean. Nothing here reads a clock or a stream.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace tool {

/// Text from outside makes no second line, and moves no cursor.
inline std::string printable(std::string text) {
    for (char& each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte < ' ' || byte == 0x7f) each = '?';
    }
    return text;
}

/// Without an error message's advice to look into last_connect(), which is for programs.
inline std::string without_advice(std::string text) {
    const std::size_t begin = text.find("; see last_connect()");
    if (begin != std::string::npos)
        text.erase(begin, (std::min)(text.find(';', begin + 1), text.size()) - begin);
    return text;
}
inline std::string message_of(const std::error_code& ec) { return without_advice(ec.message()); }

/// With one digit behind the point, rounded down: 1234 of 1000 is "1.2".
inline std::string with_tenth(std::uint64_t value, std::uint64_t unit) {
    return std::to_string(value / unit) + '.' + std::to_string(value % unit * 10 / unit);
}

/// "0.4 ms", "250.0 ms".
inline std::string milliseconds(std::chrono::nanoseconds time) {
    return with_tenth(static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count()), 1'000'000) + " ms";
}

/// "12.5 ms", "3.2 s", "2 min 5 s", "1 h 4 min".
inline std::string duration_text(std::chrono::nanoseconds time) {
    const auto nanoseconds = static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
    const std::uint64_t seconds = nanoseconds / 1'000'000'000;
    if (seconds == 0) return milliseconds(time);
    if (seconds < 60) return with_tenth(nanoseconds, 1'000'000'000) + " s";
    if (seconds < 3600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

/// "512 B", "1.5 KiB", "40.0 MiB".
inline std::string amount(std::uint64_t bytes) {
    constexpr std::array<const char*, 5> units{" KiB", " MiB", " GiB", " TiB", " PiB"};
    if (bytes < 1024) return std::to_string(bytes) + " B";
    std::size_t unit = 0;
    std::uint64_t size = 1024;
    while (unit + 1 != units.size() && bytes / size >= 1024) {
        size *= 1024;
        ++unit;
    }
    // Dividing first keeps large numbers from overflowing.
    return with_tenth(bytes / (size / 1024), 1024) + units[unit];
}

/// Does it begin as a request of HTTP/1 does?
inline bool is_http_request(std::string_view text) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    return line.size() != text.size() && (line.ends_with(" HTTP/1.0") || line.ends_with(" HTTP/1.1"));
}

/// Bytes a second, for at least a millisecond.
inline std::uint64_t rate_of(std::uint64_t bytes, std::chrono::nanoseconds time) {
    const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    const std::uint64_t milliseconds = count < 1 ? 1 : static_cast<std::uint64_t>(count);
    return bytes / milliseconds * 1000 + bytes % milliseconds * 1000 / milliseconds;
}

/// A number with or without a fraction, and a unit (ms, s, m, h); seconds without one. None if it is not that, or too
/// long for any purpose.
inline std::optional<std::chrono::nanoseconds> parse_time(std::string_view text) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    const std::string_view whole = text.substr(0, digits);
    text.remove_prefix(whole.size());
    std::string_view fraction;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        fraction = text.substr(0, text.find_first_not_of("0123456789"));
        text.remove_prefix(fraction.size());
        if (fraction.empty()) return std::nullopt;
    }
    if (whole.empty() || whole.size() > 6 || fraction.size() > 3) return std::nullopt;
    std::int64_t thousandths = 0;
    const std::string number =
        std::string(whole) + std::string(fraction) + std::string(3 - fraction.size(), '0');
    std::from_chars(number.data(), number.data() + number.size(), thousandths);
    if (text == "ms") return std::chrono::microseconds(thousandths);
    if (text.empty() || text == "s") return std::chrono::milliseconds(thousandths);
    if (text == "m") return std::chrono::milliseconds(thousandths) * 60;
    if (text == "h") return std::chrono::milliseconds(thousandths) * 3600;
    return std::nullopt;
}

/// The text with \r, \n, \t, \0, \\ and \xHH as the bytes that they mean; none if another character follows a
/// backslash.
inline std::optional<std::string> unescaped(std::string_view text) {
    constexpr std::string_view letters = "rnt0\\";
    constexpr std::string_view meanings("\r\n\t\0\\", 5);
    std::string result;
    for (std::size_t at = 0; at != text.size(); ++at) {
        if (text[at] != '\\') {
            result.push_back(text[at]);
            continue;
        }
        if (++at == text.size()) return std::nullopt;
        if (const std::size_t letter = letters.find(text[at]); letter != std::string_view::npos) {
            result.push_back(meanings[letter]);
            continue;
        }
        if (text[at] != 'x' || text.size() - at < 3) return std::nullopt;
        const char* const end = text.data() + at + 3;
        unsigned value = 0;
        const auto [read, problem] = std::from_chars(text.data() + at + 1, end, value, 16);
        if (problem != std::errc() || read != end) return std::nullopt;
        result.push_back(static_cast<char>(value));
        at += 2;
    }
    return result;
}

}  // namespace tool
