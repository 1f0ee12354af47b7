// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Work on several threads at once.
#pragma once

#include <cstddef>
#include <functional>

namespace uplink::tests {

inline constexpr std::size_t thread_count = 8;

/// Calls work(i) on the i-th of `count` threads, and returns when all have ended.
void on_threads(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace uplink::tests
