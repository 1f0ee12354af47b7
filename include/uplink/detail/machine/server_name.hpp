// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The name that a TLS server has to prove (RFC 9525, section 6), and the name that the client sends to it in
// the handshake (SNI, RFC 6066, section 3). Both are the text that the user gave, and never a name that a
// lookup found. A literal is verified as an address and is never sent. Only the lookup uses a trailing dot.
// Pure functions and plain values.
//
// Everything that a verifier could take for "any name" is refused: the empty text, a leading dot (for
// OpenSSL, every name below it), an empty label, a control character. So is a name that is not ASCII: the
// caller converts it to A-labels (RFC 5890, section 2.3.2.1). A label is what a host's may be (RFC 1123,
// section 2.1), and may have underscores: OpenSSL 4 takes no others.
#pragma once

#include <uplink/detail/machine/characters.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct server_name {
    std::string name{};  ///< in lower case, to verify and to tell the server; empty if there is a literal
    std::optional<net::ip::address> literal{};  ///< to verify; without its scope

    bool is_empty() const noexcept { return name.empty() && !literal; }
};

/// With or without brackets, with or without a scope: the server does not know of either.
inline std::optional<net::ip::address> parse_literal(std::string_view text) {
    const bool is_bracketed = text.size() >= 2 && text.front() == '[' && text.back() == ']';
    if (is_bracketed) text = text.substr(1, text.size() - 2);
    const bool is_v6 = text.find(':') != std::string_view::npos;
    if (is_bracketed && !is_v6) return {};
    if (is_v6) text = text.substr(0, text.find('%'));
    error_code ec;
    const net::ip::address address = net::ip::make_address(std::string(text), ec);
    if (ec) return {};
    return address;
}

constexpr bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

inline std::string to_lower(std::string_view text) {
    std::string result(text);
    for (char& each : result) each = to_lower(each);
    return result;
}

/// Why a host can't have such a label, as the rest of a sentence that begins with the name; else empty.
constexpr std::string_view fault_of_label(std::string_view label) noexcept {
    constexpr std::size_t longest = 63;  // RFC 1035, section 2.3.4
    if (label.empty()) return "has an empty label";
    if (label.size() > longest) return "has a label of more than 63 characters";
    if (label.front() == '-' || label.back() == '-') return "has a label that begins or ends with a hyphen";
    const bool is_usual = std::all_of(label.begin(), label.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
    return is_usual ? "" : "has a character that is no letter, digit, hyphen or underscore";
}

/// The reason of a refusal is the rest of a sentence that begins with what `text` is: "host", "server_name".
inline refusal classify_server_name(std::string_view text, server_name& result) {
    const auto refuse = [](std::string_view reason) { return refusal{net::error::invalid_argument, reason}; };
    result = {};
    if (text.empty()) return refuse("is empty");
    if (!is_plain(text)) return refuse("has a space or a control character");
    if (!is_ascii(text)) return refuse("is not ASCII; TLS needs the A-labels (xn--...)");
    if ((result.literal = parse_literal(text))) return {};
    if (text.find_first_of(":[]/") != std::string_view::npos)
        return refuse("is neither a name nor an IP literal");
    if (text.front() == '.') return refuse("begins with a dot");
    if (text.back() == '.') text.remove_suffix(1);
    if (text.size() > longest_name) return refuse("is longer than 253 characters");
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = (std::min)(text.find('.', begin), text.size());
        if (const auto fault = fault_of_label(text.substr(begin, end - begin)); !fault.empty())
            return refuse(fault);
        begin = end + 1;
    }
    if (ends_in_number(text)) return refuse("ends in a number and is not an IPv4 address of four parts");
    result.name = to_lower(text);
    return {};
}

}  // namespace uplink::detail
