// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How long to wait after the n-th failure in a row: full jitter, so that clients that have lost the same
// server in the same moment do not come back in the same moment. The random numbers are those of one seed,
// the same on every system.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/reconnect_options.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Random numbers (SplitMix64).
class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31);
    }
    /// From `least` to `most`, each equally likely.
    std::chrono::nanoseconds between(std::chrono::nanoseconds least, std::chrono::nanoseconds most) noexcept {
        const auto count = static_cast<std::uint64_t>((most - least).count()) + 1;
        return least + std::chrono::nanoseconds(high_half_of_product(next(), count));
    }

private:
    /// In whole numbers: what a double holds depends on the processor.
    static constexpr std::int64_t high_half_of_product(std::uint64_t left, std::uint64_t right) noexcept {
        constexpr std::uint64_t half = 0xffffffffU;
        const std::uint64_t middle = (left >> 32) * (right & half) + ((left & half) * (right & half) >> 32);
        const std::uint64_t other = (left & half) * (right >> 32) + (middle & half);
        return static_cast<std::int64_t>((left >> 32) * (right >> 32) + (middle >> 32) + (other >> 32));
    }

    std::uint64_t state_;
};

class backoff {
public:
    backoff(const backoff_options& options, std::uint64_t seed) noexcept : options_(options), random_(seed) {}

    static bool is_valid(const backoff_options& options) noexcept {
        return options.floor >= options.floor.zero() && options.base >= options.floor &&
               options.cap >= options.base && options.factor >= 1;
    }

    /// After the n-th failure in a row, n from 1.
    std::chrono::nanoseconds after_failure(std::size_t n) noexcept {
        // Not infinite: a base of zero stays zero.
        constexpr double most_growth = 1e300;
        const double growth = (std::min)(std::pow(options_.factor, static_cast<double>(n - 1)), most_growth);
        const double grown = static_cast<double>(options_.base.count()) * growth;
        const bool is_capped = !(grown < static_cast<double>(options_.cap.count()));
        const auto most = is_capped
                              ? options_.cap
                              : std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(grown));
        return random_.between(options_.floor, most);
    }
    /// After the loss of a stable connection.
    std::chrono::nanoseconds after_stable_loss() noexcept {
        return random_.between(std::chrono::nanoseconds::zero(), options_.base);
    }

private:
    backoff_options options_;
    random_numbers random_;
};

}  // namespace uplink::detail
