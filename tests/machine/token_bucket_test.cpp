// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The token bucket that limits how many attempts start.
#include <uplink/detail/machine/token_bucket.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using uplink::detail::token_bucket;

TEST_CASE("a bucket is full at first, and then gives tokens at its rate") {
    token_bucket bucket(2, 3);
    for (int i = 0; i != 3; ++i) CHECK(bucket.reserve(1h) == 1h);
    for (int i = 1; i != 50; ++i) CHECK(bucket.reserve(1h) == 1h + 500ms * i);
}

TEST_CASE("time fills the bucket, up to the burst") {
    token_bucket bucket(1, 2);
    CHECK(bucket.reserve(0s) == 0s);
    CHECK(bucket.reserve(0s) == 0s);
    CHECK(bucket.reserve(0s) == 1s);
    CHECK(bucket.reserve(3s) == 3s);  // two more, one of them was reserved
    CHECK(bucket.reserve(3s) == 3s);
    CHECK(bucket.reserve(3s) == 4s);
    CHECK(bucket.reserve(100s) == 100s);
    CHECK(bucket.reserve(100s) == 100s);
    CHECK(bucket.reserve(100s) == 101s);
}

TEST_CASE("a part of a token is kept, and a token is there when all of it is") {
    token_bucket bucket(1, 1);
    CHECK(bucket.reserve(0s) == 0s);
    CHECK(bucket.reserve(600ms) == 1s);
    CHECK(bucket.reserve(1s) == 2s);
    token_bucket parts(1, 1.5);
    CHECK(parts.reserve(0s) == 0s);
    CHECK(parts.reserve(0s) == 500ms);
    CHECK(parts.reserve(0s) == 1500ms);
}

TEST_CASE("the first time is no pause") {
    token_bucket bucket(1, 1);
    CHECK(bucket.reserve(1000s) == 1000s);
    CHECK(bucket.reserve(1000s) == 1001s);
}

TEST_CASE("a token that is given back can be taken, but there are never more than the burst") {
    token_bucket bucket(1, 2);
    bucket.give_back();
    CHECK(bucket.reserve(0s) == 0s);
    CHECK(bucket.reserve(0s) == 0s);
    CHECK(bucket.reserve(0s) == 1s);
    bucket.give_back();
    CHECK(bucket.reserve(0s) == 1s);
    for (int i = 0; i != 10; ++i) bucket.give_back();
    CHECK(bucket.reserve(0s) == 0s);
    CHECK(bucket.reserve(0s) == 0s);
    CHECK(bucket.reserve(0s) == 1s);
}

TEST_CASE(
    "times that are not in order neither fill the bucket twice nor make a token earlier than it is there") {
    token_bucket bucket(1, 1);
    CHECK(bucket.reserve(10s) == 10s);
    CHECK(bucket.reserve(9s) == 11s);  // asked by a thread that read the clock before
    CHECK(bucket.reserve(11s) == 12s);
    CHECK(bucket.reserve(10s) == 13s);
    CHECK(bucket.reserve(13s) == 14s);
    token_bucket full(1, 2);
    CHECK(full.reserve(10s) == 10s);
    CHECK(full.reserve(9s) == 9s);
}

TEST_CASE("a bucket is valid with a rate above zero and a burst of at least 1, both numbers") {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
    struct row {
        double rate, burst;
        bool is_valid;
    };
    const row rows[] = {
        {1, 1, true},
        {0.001, 1, true},
        {1e300, 1e300, true},
        {5, 2.5, true},
        {0, 1, false},
        {-1, 1, false},
        {1, 0.999, false},
        {1, 0, false},
        {1, -1, false},
        {infinite, 1, false},
        {1, infinite, false},
        {not_a_number, 1, false},
        {1, not_a_number, false},
    };
    for (const row& each : rows) {
        INFO(each.rate << ' ' << each.burst);
        CHECK(token_bucket(each.rate, each.burst).is_valid() == each.is_valid);
    }
}

TEST_CASE("very large and very small rates give times that the clock can tell") {
    token_bucket fast(1e300, 1);
    CHECK(fast.reserve(1h) == 1h);
    CHECK(fast.reserve(1h) == 1h + 1ns);
    token_bucket slow(1e-300, 1);
    CHECK(slow.reserve(1h) == 1h);
    for (int i = 0; i != 5; ++i) CHECK(slow.reserve(1h) > 24h * 365 * 100);
    token_bucket slow_but_large(1e-300, 1e300);  // the times that it counts with end at two tokens
    CHECK(slow_but_large.reserve(1h) == 1h);
    CHECK(slow_but_large.reserve(1h) == 1h);
    for (int i = 0; i != 5; ++i) CHECK(slow_but_large.reserve(1h) > 24h * 365 * 100);
}

TEST_CASE("a time is a whole number of nanoseconds, and never earlier than the rate allows") {
    token_bucket bucket(3, 1);
    for (int i = 0; i != 1000; ++i) CHECK(bucket.reserve(1h) == 1h + 333'333'334ns * i);
}

TEST_CASE("within any time there start no more attempts than the burst and the rate allow") {
    std::mt19937_64 random(17);
    // Times are whole nanoseconds, which at 1,000 a second are 10^-6 of a token.
    for (const double rate : {0.5, 3.0, 1000.0}) {
        for (const double burst : {1.0, 2.5, 20.0}) {
            INFO(rate << " a second, burst " << burst);
            token_bucket bucket(rate, burst);
            std::vector<nanoseconds> starts;
            nanoseconds now = 1h;
            for (int i = 0; i != 300; ++i) {
                if (random() % 3 == 0)
                    now += nanoseconds(static_cast<nanoseconds::rep>(random() % 4'000'000'000 /
                                                                     static_cast<std::uint64_t>(rate + 1)));
                starts.push_back(bucket.reserve(now));
                CHECK(starts.back() >= now);
            }
            std::size_t broken = 0;
            for (std::size_t i = 0; i != starts.size(); ++i) {
                if (i != 0 && starts[i] < starts[i - 1]) ++broken;
                for (std::size_t j = i; j != starts.size(); ++j) {
                    const double seconds = std::chrono::duration<double>(starts[j] - starts[i]).count();
                    if (static_cast<double>(j - i + 1) > burst + rate * seconds + 1e-5) ++broken;
                }
            }
            CHECK(broken == 0);
        }
    }
}

}  // namespace

}  // namespace uplink::tests
