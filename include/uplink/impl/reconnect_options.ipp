// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of reconnect_options.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/reconnect_options.hpp>

#include <chrono>
#include <optional>

namespace uplink::inline UPLINK_NAMESPACE {

UPLINK_DECL std::optional<std::chrono::nanoseconds> retry_verdict::delay() const noexcept {
    return kind_ == kind::retry_after ? std::optional(time_) : std::nullopt;
}

}  // namespace uplink
