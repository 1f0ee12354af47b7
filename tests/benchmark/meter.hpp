// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What one run costs this process: time on the clock and on the processor, memory that became resident, calls of
// the allocator. A peer calls start() and stop() around what counts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace uplink::benchmark {

/// The figures of one run. Plain values, so that they pass through a pipe.
struct measurement {
    double wall = 0;                ///< seconds
    double processor = 0;           ///< seconds, user and system
    double peak = 0;                ///< bytes by which resident memory rose at its highest
    double resident = 0;            ///< bytes by which it stood higher at meter::rest()
    double latency = 0;             ///< seconds, the 99th percentile of what meter::lap() was told
    std::uint64_t allocations = 0;  ///< calls of malloc, calloc, realloc and aligned forms, freeing left out
    // 0 in a program that does not count them:
    std::uint64_t openssl_allocations = 0;  ///< of OpenSSL, and then not in `allocations`
    std::uint64_t system_calls = 0;         ///< those that move bytes or wait for them
};

class meter {
public:
    void start();
    void stop();
    /// Between start and stop, where the memory held is to be known.
    void rest();
    /// Room for so many laps, which lap() must not have to make.
    void expect_laps(std::uint64_t count) { laps_.reserve(count); }
    void lap(std::chrono::steady_clock::duration time) { laps_.push_back(time); }

    const measurement& result() const noexcept { return result_; }

private:
    measurement result_{};
    std::chrono::steady_clock::time_point begun_{};
    double processor_ = 0;
    double resident_ = 0;
    std::uint64_t allocations_ = 0;
    std::uint64_t openssl_allocations_ = 0;
    std::uint64_t system_calls_ = 0;
    std::vector<std::chrono::steady_clock::duration> laps_{};
};

/// Calls of the allocator that this process has made.
std::uint64_t allocation_count() noexcept;
// Each is 0 in a program that does not define it.
std::uint64_t openssl_allocation_count() noexcept;
std::uint64_t system_call_count() noexcept;

}  // namespace uplink::benchmark
