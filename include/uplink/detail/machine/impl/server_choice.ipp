// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of server_choice.hpp.
#pragma once

#include <uplink/detail/machine/server_choice.hpp>
#include <uplink/detail/support/separate_compilation.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL server_choice::server_choice(std::size_t count) : servers_(count) {}

UPLINK_DECL void server_choice::begin_anew() noexcept {
    forget_failures();
    next_ = 0;
}

UPLINK_DECL void server_choice::forget_failures() noexcept {
    std::fill(servers_.begin(), servers_.end(), server{});
}

UPLINK_DECL std::size_t server_choice::add_failure(std::size_t index) noexcept {
    return ++servers_[index].failures;
}

UPLINK_DECL void server_choice::failed(std::size_t index, instant not_before) noexcept {
    servers_[index].not_before = not_before;
    next_ = (index + 1) % servers_.size();
}

UPLINK_DECL server_choice::chosen server_choice::choose(instant now) const noexcept {
    std::optional<std::size_t> earliest;
    for (std::size_t i = 0; i != servers_.size(); ++i) {
        const std::size_t index = (next_ + i) % servers_.size();
        const auto& not_before = servers_[index].not_before;
        if (!not_before || *not_before <= now) return {index, now};
        if (!earliest || *not_before < *servers_[*earliest].not_before) earliest = index;
    }
    return {*earliest, *servers_[*earliest].not_before};
}

}  // namespace uplink::detail
