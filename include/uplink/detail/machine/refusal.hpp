// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Why a connect, or one attempt of it, is refused: the code for programs, and words for people.
#pragma once

#include <uplink/net.hpp>

#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct refusal {
    error_code error{};         ///< none: not refused
    std::string_view reason{};  ///< static text; empty where the code says all

    explicit operator bool() const noexcept { return static_cast<bool>(error); }
};

/// The words count only where there is an error.
inline refusal refused_if(const error_code& error, std::string_view reason) noexcept {
    return error ? refusal{error, reason} : refusal{};
}

}  // namespace uplink::detail
