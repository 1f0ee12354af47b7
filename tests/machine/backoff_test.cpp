// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The back-off: its bounds, its growth, how evenly it spreads, and that a seed makes one sequence on every system.
#include <uplink/detail/machine/backoff.hpp>

#include "support/catch.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using uplink::detail::backoff;
using uplink::detail::random_numbers;

/// The seed whose first number is that one: SplitMix64 backwards.
std::uint64_t seed_for(std::uint64_t number) {
    const auto unshift = [](std::uint64_t value, int bits) {
        std::uint64_t result = value;
        for (int i = bits; i < 64; i += bits) result = value ^ (result >> bits);
        return result;
    };
    const auto inverse = [](std::uint64_t factor) {
        std::uint64_t result = factor;  // Newton: each step doubles the bits that are right
        for (int i = 0; i != 6; ++i) result *= 2 - factor * result;
        return result;
    };
    number = unshift(number, 31) * inverse(0x94d049bb133111ebU);
    number = unshift(number, 27) * inverse(0xbf58476d1ce4e5b9U);
    return unshift(number, 30) - 0x9e3779b97f4a7c15U;
}

constexpr std::uint64_t largest = (std::numeric_limits<std::uint64_t>::max)();

/// How far the numbers are from an even spread over [least, most]: chi-square with as many classes as `Classes`.
template <std::size_t Classes>
double chi_square(const std::vector<nanoseconds>& numbers, nanoseconds least, nanoseconds most) {
    std::array<std::size_t, Classes> counts{};
    const auto width = ((most - least).count() + static_cast<nanoseconds::rep>(Classes)) /
                       static_cast<nanoseconds::rep>(Classes);  // rounded up: the last class may be shorter
    for (const nanoseconds each : numbers) {
        REQUIRE(each >= least);
        REQUIRE(each <= most);
        ++counts[static_cast<std::size_t>((each - least).count() / width)];
    }
    const double expected = static_cast<double>(numbers.size()) / Classes;
    double sum = 0;
    for (const std::size_t count : counts) {
        const double off = static_cast<double>(count) - expected;
        sum += off * off / expected;
    }
    return sum;
}
// Chi-square with 19 and 99 degrees of freedom is above these in one of 1,000 random samples.
constexpr double bound_of_20 = 43.82;
constexpr double bound_of_100 = 148.23;

TEST_CASE("the random numbers are SplitMix64's, the same on every system") {
    random_numbers zero(0);
    CHECK(zero.next() == 0xe220a8397b1dcdafU);
    CHECK(zero.next() == 0x6e789e6aa1b965f4U);
    CHECK(zero.next() == 0x06c45d188009454fU);
    random_numbers other(1234567);
    CHECK(other.next() == 6457827717110365317U);
    CHECK(other.next() == 3203168211198807973U);
    CHECK(random_numbers(seed_for(0)).next() == 0);
    CHECK(random_numbers(seed_for(largest)).next() == largest);
}

TEST_CASE("a number between two is never outside, and both can be drawn") {
    const auto first = [](std::uint64_t number, nanoseconds least, nanoseconds most) {
        return random_numbers(seed_for(number)).between(least, most);
    };
    for (const nanoseconds least : {0ns, 5ns, nanoseconds(1h)}) {
        for (const nanoseconds span : {0ns, 1ns, 2ns, nanoseconds(1s), nanoseconds(1h)}) {
            INFO(least.count() << " + " << span.count());
            CHECK(first(0, least, least + span) == least);
            CHECK(first(largest, least, least + span) == least + span);
        }
    }
    // Where a double is not exact: nothing is above, and little is left out.
    for (int bit = 50; bit != 63; ++bit) {
        for (const nanoseconds::rep off : {-2000, -1, 0, 1, 2, 511, 513, 1023}) {
            const auto span =
                static_cast<nanoseconds::rep>((std::uint64_t{1} << bit) + static_cast<std::uint64_t>(off));
            for (const nanoseconds least : {0ns, nanoseconds(50ms), nanoseconds::max() - nanoseconds(span)}) {
                INFO(least.count() << " + " << span);
                const nanoseconds chosen = first(largest, least, least + nanoseconds(span));
                CHECK(chosen <= least + nanoseconds(span));
                CHECK(chosen >= least + nanoseconds(span - 2048));
            }
        }
    }
    constexpr nanoseconds most = nanoseconds::max();
    for (const nanoseconds least : {0ns, 1ns, 511ns, nanoseconds(50ms), nanoseconds(1h), most - 1ns, most}) {
        INFO(least.count());
        const nanoseconds chosen = first(largest, least, most);
        CHECK(chosen >= least);
        CHECK(chosen > most - 2us);
    }
}

TEST_CASE("of few numbers each is drawn as often as the others") {
    random_numbers random(42);
    std::vector<nanoseconds> numbers;
    for (int i = 0; i != 20'000; ++i) numbers.push_back(random.between(7ns, 26ns));
    CHECK(chi_square<20>(numbers, 7ns, 26ns) < bound_of_20);
}

TEST_CASE("options of a back-off: zero <= floor <= base <= cap, and a factor of at least 1") {
    struct row {
        backoff_options options;
        bool is_valid;
    };
    constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
    const row rows[] = {
        {{}, true},
        {{1s, 1s, 1s, 1}, true},
        {{0s, 0s, 0s, 1}, true},
        {{1s, 2s, 1s + 1ns, 1}, false},  // floor above base
        {{2s + 1ns, 2s, 1s, 1}, false},  // base above cap
        {{1s, 2s, -1ns, 1}, false},
        {{-1s, 2s, -1s, 1}, false},
        {{1s, 2s, 0s, 0.999}, false},
        {{1s, 2s, 0s, 0}, false},
        {{1s, 2s, 0s, -2}, false},
        {{1s, 2s, 0s, not_a_number}, false},
        {{1s, nanoseconds::max(), 0s, 1e308}, true},
    };
    for (const row& each : rows) {
        INFO(each.options.base.count() << ' ' << each.options.cap.count() << ' ' << each.options.floor.count()
                                       << ' ' << each.options.factor);
        CHECK(backoff::is_valid(each.options) == each.is_valid);
    }
}

TEST_CASE(
    "after the n-th failure the wait is between floor and the smaller of cap and base * factor^(n - 1)") {
    const backoff_options options{500ms, 60s, 50ms, 2};
    const auto draw = [&](std::uint64_t number, std::size_t n) {
        return backoff(options, seed_for(number)).after_failure(n);
    };
    const nanoseconds most[] = {500ms, 1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s};
    for (std::size_t n = 1; n <= std::size(most); ++n) {
        INFO("failure " << n);
        CHECK(draw(0, n) == 50ms);
        CHECK(draw(largest, n) == most[n - 1]);
    }
    for (const std::size_t n : {1000U, 1024U, 1025U, 100'000U, 4'000'000'000U}) {
        INFO("failure " << n);
        CHECK(draw(0, n) == 50ms);
        CHECK(draw(largest, n) == 60s);
    }
}

TEST_CASE("factors that are no whole number, and the factor 1") {
    const auto most = [](const backoff_options& options, std::size_t n) {
        return backoff(options, seed_for(largest)).after_failure(n);
    };
    CHECK(most({1s, 60s, 0s, 1.5}, 1) == 1s);
    CHECK(most({1s, 60s, 0s, 1.5}, 3) == 2250ms);
    CHECK(most({1s, 60s, 0s, 1}, 1000) == 1s);
    CHECK(most({1s, 60s, 0s, 1e300}, 2) == 60s);
}

TEST_CASE("a base of zero never waits, however often it fails") {
    backoff none({0s, 60s, 0s, 2}, 3);
    for (const std::size_t n : {1U, 2U, 1000U, 1024U, 1025U, 2000U, 4'000'000'000U}) {
        INFO("failure " << n);
        CHECK(none.after_failure(n) == 0ns);
    }
    CHECK(none.after_stable_loss() == 0ns);
}

TEST_CASE("after a stable loss the wait is between zero and base, whatever the floor") {
    const backoff_options options{500ms, 60s, 400ms, 2};
    CHECK(backoff(options, seed_for(0)).after_stable_loss() == 0ns);
    CHECK(backoff(options, seed_for(largest)).after_stable_loss() == 500ms);
}

TEST_CASE("the waits of one client are spread evenly") {
    backoff one({500ms, 60s, 50ms, 2}, 20'240'229);
    std::vector<nanoseconds> first;
    std::vector<nanoseconds> capped;
    std::vector<nanoseconds> stable;
    for (int i = 0; i != 20'000; ++i) {
        first.push_back(one.after_failure(1));
        capped.push_back(one.after_failure(30));
        stable.push_back(one.after_stable_loss());
    }
    CHECK(chi_square<100>(first, 50ms, 500ms) < bound_of_100);
    CHECK(chi_square<100>(capped, 50ms, 60s) < bound_of_100);
    CHECK(chi_square<100>(stable, 0ms, 500ms) < bound_of_100);
}

TEST_CASE("the first waits of 1,000 clients with different seeds are spread evenly over base") {
    const auto first_waits = [](auto seed_of) {
        std::vector<nanoseconds> waits;
        for (std::uint64_t client = 0; client != 1000; ++client)
            waits.push_back(backoff({}, seed_of(client)).after_stable_loss());
        return waits;
    };
    // Seeds that follow each other, differ in their high bits only, or are random: the spread does not depend on them.
    random_numbers random(99);
    CHECK(chi_square<20>(first_waits([](std::uint64_t i) { return i; }), 0ms, 500ms) < bound_of_20);
    CHECK(chi_square<20>(first_waits([](std::uint64_t i) { return i << 54; }), 0ms, 500ms) < bound_of_20);
    CHECK(chi_square<20>(first_waits([&](std::uint64_t) { return random.next(); }), 0ms, 500ms) <
          bound_of_20);
}

TEST_CASE("a seed makes one history, and two seeds make two") {
    const auto history = [](std::uint64_t seed) {
        backoff one({}, seed);
        std::vector<nanoseconds> waits;
        for (std::size_t n = 1; n != 100; ++n)
            waits.push_back(n % 7 == 0 ? one.after_stable_loss() : one.after_failure(n));
        return waits;
    };
    CHECK(history(5) == history(5));
    CHECK(history(5) != history(6));
}

}  // namespace

}  // namespace uplink::tests
