// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The classes of ASCII characters that texts of protocols are made of, whatever the locale.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_hexadecimal(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}
constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// RFC 3986, section 2.3.
constexpr bool is_unreserved(char c) noexcept {
    return is_digit(c) || is_letter(c) || std::string_view("-._~").find(c) != std::string_view::npos;
}
/// In the name of a host, and in a user or password beside ":", without percent-encoding (RFC 3986, sections
/// 3.2.1 and 3.2.2).
constexpr bool is_name_character(char c) noexcept {
    return is_unreserved(c) || std::string_view("!$&'()*+,;=").find(c) != std::string_view::npos;
}

}  // namespace uplink::detail
