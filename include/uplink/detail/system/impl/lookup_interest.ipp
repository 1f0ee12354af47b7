// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of lookup_interest.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/system/lookup_interest.hpp>

#include <optional>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL void lookup_interest::begins(time_point now) noexcept {
    nanoseconds none = never;
    waited_.compare_exchange_strong(none, now - asked_at_);
}

UPLINK_DECL void lookup_interest::begins_at_once() noexcept { waited_ = nanoseconds::zero(); }

UPLINK_DECL std::optional<lookup_interest::nanoseconds> lookup_interest::began() const noexcept {
    const nanoseconds waited = waited_;
    return waited == never ? std::nullopt : std::optional(waited);
}

}  // namespace uplink::detail
