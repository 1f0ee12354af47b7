// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How long an operation may take: durations and time points of any size, and that nothing wraps.

#include <uplink/time_limit.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>
#include <type_traits>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
using time_limit = uplink::basic_time_limit<steady>;
using duration = steady::duration;
using time_point = steady::time_point;

constexpr time_point never = (time_point::max)();
constexpr time_point always = (time_point::min)();
const time_point noon = time_point(12h);

/// A clock with coarse ticks, of which a narrow type counts few.
struct coarse_clock {
    using rep = std::int32_t;
    using period = std::milli;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<coarse_clock>;
};
using coarse_limit = uplink::basic_time_limit<coarse_clock>;

static_assert(std::is_convertible_v<std::chrono::seconds, time_limit>);
static_assert(std::is_convertible_v<std::chrono::duration<double>, time_limit>);
static_assert(std::is_convertible_v<time_point, time_limit>);
static_assert(!std::is_convertible_v<int, time_limit>);
static_assert(!std::is_convertible_v<std::chrono::system_clock::time_point, time_limit>);
static_assert(time_limit(1s).deadline(time_point(1s)) == time_point(2s));
static_assert(!time_limit().is_limited());

}  // namespace

TEST_CASE("a default-constructed limit is none, whatever the time") {
    for (const time_point now : {always, time_point(), noon, never}) {
        CHECK(time_limit().deadline(now) == never);
    }
    CHECK_FALSE(time_limit().is_limited());
}

TEST_CASE("a duration counts from the initiation, each time") {
    const time_limit limit = 90s;
    CHECK(limit.is_limited());
    CHECK(limit.deadline(noon) == noon + 90s);
    CHECK(limit.deadline(noon + 1h) == noon + 1h + 90s);
    CHECK(limit.deadline(time_point(-1h)) == time_point(-1h) + 90s);
}

TEST_CASE("a time point is the end, whatever the time") {
    const time_limit limit = noon;
    CHECK(limit.is_limited());
    for (const time_point now : {always, time_point(), noon + 1h, never}) CHECK(limit.deadline(now) == noon);
    CHECK(time_limit(time_point()).is_limited());
    CHECK(time_limit(time_point()).deadline(noon) == time_point());
    CHECK(time_limit(never).deadline(noon) == never);
    CHECK(time_limit(always).deadline(noon) == always);
}

TEST_CASE("zero and negative durations have expired, and are limits") {
    for (const time_limit limit : {time_limit(0s), time_limit(0.0s), time_limit(-1ns), time_limit(-1h)}) {
        CHECK(limit.is_limited());
        CHECK(limit.deadline(noon) <= noon);
    }
    CHECK(time_limit(-1h).deadline(noon) == noon - 1h);
}

TEST_CASE(
    "the longest duration is none, from any time, and one nearly as long saturates instead of wrapping") {
    const duration longest = (duration::max)();
    for (const time_point now : {always, time_point(-1h), time_point(), noon, never - 1ns, never}) {
        CHECK(time_limit(longest).deadline(now) == never);
    }
    for (const duration nearly : {longest - 1ns, longest - 1s, longest - 12h + 1ns}) {
        CHECK(time_limit(nearly).deadline(noon) == never);
        CHECK(time_limit(nearly).deadline(never) == never);
    }
    CHECK(time_limit(longest - 12h).deadline(noon) == never);  // by its own: the sum is the last time point
    CHECK(time_limit(longest - 12h - 1ns).deadline(noon) == never - 1ns);
    CHECK(time_limit(1ns).deadline(never - 1ns) == never);
    CHECK(time_limit(1ns).deadline(never) == never);
    CHECK(time_limit(1h).deadline(never - 1ns) == never);
    // From a time before the epoch the sum fits.
    CHECK(time_limit(longest - 1ns).deadline(time_point(-1h)) == never - 1h - 1ns);
}

TEST_CASE("the most negative durations saturate to the past") {
    const duration least = (duration::min)();
    for (const duration low : {least, least + 1ns, least + 1s}) {
        CHECK(time_limit(low).deadline(time_point(-1h)) == always);
        CHECK(time_limit(low).deadline(always) == always);
        CHECK(time_limit(low).deadline(noon) == time_point(low + 12h));
        CHECK(time_limit(low).deadline(never) == time_point(low - least - 1ns));
    }
    CHECK(time_limit(-1ns).deadline(always) == always);
    CHECK(time_limit(-1ns).deadline(always + 1ns) == always);
}

TEST_CASE("a duration that the clock can't count is the longest or the shortest that it can") {
    for (const time_limit beyond :
         {time_limit((std::chrono::hours::max)()), time_limit(1e300s),
          time_limit(std::chrono::duration<double>(std::numeric_limits<double>::infinity())),
          time_limit(std::chrono::duration<std::int64_t, std::giga>(10))}) {
        CHECK(beyond.is_limited());
        CHECK(beyond.deadline(noon) == never);
        CHECK(beyond.deadline(always) == never);
    }
    for (const time_limit below :
         {time_limit((std::chrono::hours::min)()), time_limit(-1e300s),
          time_limit(std::chrono::duration<double>(-std::numeric_limits<double>::infinity())),
          time_limit(std::chrono::duration<std::int64_t, std::giga>(-10))}) {
        CHECK(below.deadline(noon) < time_point());
        CHECK(below.deadline(always) == always);
    }
}

TEST_CASE("not a number has expired") {
    const time_limit limit = std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN());
    CHECK(limit.is_limited());
    CHECK(limit.deadline(noon) == noon);
}

TEST_CASE("fractions are rounded towards zero, and a unit finer than the clock's is taken") {
    CHECK(time_limit(1.5s).deadline(noon) == noon + 1500ms);
    CHECK(time_limit(std::chrono::duration<int, std::pico>(1999)).deadline(noon) == noon + 1ns);
    CHECK(coarse_limit(1999us).deadline(coarse_clock::time_point()) == coarse_clock::time_point(1ms));
    CHECK(coarse_limit(-1999us).deadline(coarse_clock::time_point()) == coarse_clock::time_point(-1ms));
}

TEST_CASE("nothing wraps on a clock that counts little") {
    using point = coarse_clock::time_point;
    const point last = (point::max)();
    CHECK(coarse_limit(25h * 24).deadline(point()) == last);
    CHECK(coarse_limit(24h).deadline(point(24h * 24)) == last);
    CHECK(coarse_limit(-25h * 24).deadline(point()) == (point::min)());
    CHECK(coarse_limit(-24h).deadline(point(-24h * 24)) == (point::min)());
    CHECK(coarse_limit((std::chrono::nanoseconds::max)()).deadline(point(1h)) == last);
    CHECK(coarse_limit((std::chrono::nanoseconds::min)()).deadline(point(-1h)) == (point::min)());
}

}  // namespace uplink::tests
