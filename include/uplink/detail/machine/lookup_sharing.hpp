// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Decides whether a question gets a lookup of its own while other lookups ask the same question. A lookup
// that began a short time ago is joined. An older one may be stuck or may have an outdated answer, so the
// question is asked again. There are at most two lookups of one question: the second one is joined however
// old it is. One pure function.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline constexpr std::chrono::nanoseconds shared_age = std::chrono::seconds(1);
inline constexpr std::size_t most_of_one_question = 2;

/// `lookups`: how many lookups of the question there are; the last one added is the youngest. `age`: time
/// since the youngest began; none: it waits for a thread.
constexpr bool joins_youngest(std::size_t lookups, std::optional<std::chrono::nanoseconds> age) noexcept {
    if (lookups == 0) return false;
    return lookups >= most_of_one_question || !age || *age < shared_age;
}

}  // namespace uplink::detail
