// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The reason for refusing a connect, or one attempt of it: an error code for programs, and words for people.
#pragma once

#include <uplink/net.hpp>

#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct refusal {
    error_code error{};         ///< none: not refused
    std::string_view reason{};  ///< static text; empty if the code says everything

    explicit operator bool() const noexcept { return static_cast<bool>(error); }
};

/// The reason is used only if there is an error.
inline refusal refused_if(const error_code& error, std::string_view reason) noexcept {
    return error ? refusal{error, reason} : refusal{};
}

}  // namespace uplink::detail
