// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Base64 with padding (RFC 4648, section 4). A pure function.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline std::string to_base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t begin = 0; begin < bytes.size(); begin += 3) {
        const std::string_view group = bytes.substr(begin, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i != 3; ++i) {
            bits <<= 8U;
            if (i < group.size()) bits |= static_cast<unsigned char>(group[i]);
        }
        for (std::size_t i = 0; i != 4; ++i)  // n bytes need n + 1 digits
            text += i <= group.size() ? digits[bits >> (18U - 6U * i) & 0x3fU] : '=';
    }
    return text;
}

}  // namespace uplink::detail
