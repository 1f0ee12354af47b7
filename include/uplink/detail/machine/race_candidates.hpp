// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The addresses that one lookup of a connect race has found, or will find. A plain value, owned by the race.
#pragma once

#include <uplink/net.hpp>
#include <uplink/options.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class lookup_state : unsigned char { not_wanted, to_ask, asked, answered };

/// The addresses of one family, or the caller's list.
template <class Endpoint> struct race_candidates {
    address_family family = address_family::any;
    lookup_state state = lookup_state::not_wanted;
    std::vector<Endpoint> endpoints{};
    std::size_t started = 0;
    error_code error{};
    std::chrono::nanoseconds answered_at{};

    bool has_more() const noexcept { return started != endpoints.size(); }
    bool is_pending() const noexcept { return state == lookup_state::to_ask || state == lookup_state::asked; }
};

/// Takes out the addresses that are not of the first one's family; both lists keep their order.
template <class Endpoint> std::vector<Endpoint> take_other_family(std::vector<Endpoint>& endpoints) {
    std::vector<Endpoint> others;
    if constexpr (requires(const Endpoint& endpoint) { endpoint.address().is_v4(); }) {
        if (endpoints.empty()) return others;
        const bool v4_first = endpoints.front().address().is_v4();
        const auto is_other = [v4_first](const Endpoint& each) { return each.address().is_v4() != v4_first; };
        std::copy_if(endpoints.begin(), endpoints.end(), std::back_inserter(others), is_other);
        std::erase_if(endpoints, is_other);
    }
    return others;
}

}  // namespace uplink::detail
