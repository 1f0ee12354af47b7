// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Of the attempts that were refused when their sockets were opened, keeps the one whose error may become the
// result of the connect, with its reason in words.
#pragma once

#include <uplink/detail/machine/race_step.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class refused_attempts {
public:
    /// Keeps the first refusal, except that an error that says more than "unreachable" replaces one that does
    /// not.
    void add(std::size_t index, const refusal& why) noexcept {
        if (why_ && (is_merely_unreachable(why.error) || !is_merely_unreachable(why_.error))) return;
        why_ = why;
        index_ = index;
    }
    /// The reason of the attempt that decided the result. Empty if the first attempt that failed with the
    /// result was not refused.
    template <class Attempts>
    std::string_view reason_for(const Attempts& attempts, const error_code& result) const noexcept {
        if (!why_) return {};
        const auto decisive = std::find_if(attempts.begin(), attempts.end(),
                                           [&result](const auto& each) { return each.error == result; });
        const bool is_ours =
            decisive != attempts.end() && static_cast<std::size_t>(decisive - attempts.begin()) == index_;
        return is_ours ? why_.reason : std::string_view();
    }

private:
    refusal why_{};
    std::size_t index_ = 0;
};

}  // namespace uplink::detail
