// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Whether a question is worth a lookup of its own while others ask the same one. A young lookup is joined. An old one
// may be stuck, or know an old answer, and the question is asked anew. But there are at most two lookups of one
// question: however old the second one is, it is joined.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline constexpr std::chrono::nanoseconds shared_age = std::chrono::seconds(1);
inline constexpr std::size_t most_of_one_question = 2;

/// `lookups`: how many there are of the question, the one that was put last is the youngest. `age`: of the youngest,
/// since it began; none: it waits for a thread.
constexpr bool joins_youngest(std::size_t lookups, std::optional<std::chrono::nanoseconds> age) noexcept {
    if (lookups == 0) return false;
    return lookups >= most_of_one_question || !age || *age < shared_age;
}

}  // namespace uplink::detail
