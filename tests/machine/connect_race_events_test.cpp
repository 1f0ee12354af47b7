// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The connect race, event by event: what the driver may do late, twice or at the same time, the extremes
// of the settings, many addresses and too little memory.
#include "support/reported_race.hpp"

#include "support/catch.hpp"
#include "support/connect_race_row.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::race_action;
using uplink::detail::race_action_kind;
using uplink::detail::race_settings;
using race_type = reported_race<net::ip::tcp::endpoint>;
using endpoints = std::vector<net::ip::tcp::endpoint>;

endpoints addresses(const char* list) {
    endpoints result;
    for (const race_address& address : race_list(list)) result.push_back(address.endpoint());
    return result;
}

/// A race of that many addresses of the caller's.
race_type race_of(std::size_t count, race_settings settings = {}) {
    endpoints list;
    for (std::size_t i = 0; i != count; ++i) list.push_back(race_address{address_family::v4, i}.endpoint());
    return race_type(settings, list);
}

bool is(const race_action& action, race_action_kind kind, std::size_t index = 0) {
    return action.kind == kind && action.index == index;
}

bool waits_until(const race_action& action, nanoseconds until) {
    return action.kind == race_action_kind::wait && action.until == until;
}

bool ends_with(const race_action& action, error_code error) {
    return action.kind == race_action_kind::finish && action.error == error;
}

constexpr auto forever = nanoseconds::max();
const race_settings apart{.families_apart = true};

TEST_CASE("both lookups are asked for at once, the preferred family's first") {
    for (const auto preferred : {address_family::v6, address_family::v4}) {
        race_type race(race_settings{.preferred = preferred, .families_apart = true});
        const race_action first = race.next(0ms), second = race.next(0ms);
        CHECK(first.kind == race_action_kind::look_up);
        CHECK(first.family == preferred);
        CHECK(second.kind == race_action_kind::look_up);
        CHECK(second.family == (preferred == address_family::v6 ? address_family::v4 : address_family::v6));
        CHECK(waits_until(race.next(0ms), forever));
    }
}

TEST_CASE("an answer within the asking does not keep the other family from being asked") {
    race_type race(apart);
    CHECK(race.next(0ms).family == address_family::v6);
    race.answered(address_family::v6, {}, addresses("6a B"), 0ms);
    CHECK(race.next(0ms).family == address_family::v4);
    CHECK(is(race.next(0ms), race_action_kind::start, 0));
}

TEST_CASE("a stop or a limit before the first step ends the race without one") {
    race_type stopped(race_settings{}), limited(race_settings{}), limited_list = race_of(2),
                                                                  stopped_list = race_of(2);
    stopped.stop(net::error::operation_aborted, 0ms);
    limited.limit_reached(0ms);
    stopped_list.stop(net::error::operation_aborted, 0ms);
    limited_list.limit_reached(0ms);
    CHECK(ends_with(stopped.next(0ms), net::error::operation_aborted));
    CHECK(ends_with(limited.next(0ms), errc::resolve_timeout));
    CHECK(ends_with(stopped_list.next(0ms), net::error::operation_aborted));
    CHECK(ends_with(limited_list.next(0ms), errc::connect_timeout));
}

TEST_CASE("answers that come twice, unasked for or for a family that is not wanted are ignored") {
    race_type race(race_settings{.family = address_family::v4});
    race.answered(address_family::v4, {}, addresses("4a B"), 0ms);
    CHECK(race.next(0ms).kind == race_action_kind::look_up);
    race.answered(address_family::v6, {}, addresses("6a B"), 0ms);
    race.answered(address_family::any, {}, addresses("6b B"), 0ms);
    CHECK(waits_until(race.next(0ms), forever));
    race.answered(address_family::v4, {}, addresses("4b B"), 0ms);
    race.answered(address_family::v4, {}, addresses("4c B"), 0ms);
    CHECK(is(race.next(0ms), race_action_kind::start, 0));
    CHECK(race.endpoint(0) == addresses("4b B")[0]);
    CHECK(waits_until(race.next(0ms), forever));
    race.failed(0, net::error::connection_refused, 5ms);
    race.answered(address_family::v4, {}, addresses("4c B"), 5ms);
    CHECK(ends_with(race.next(5ms), net::error::connection_refused));
}

TEST_CASE("an answer for no family in particular is ignored") {
    race_type race(apart);
    race.next(0ms), race.next(0ms);
    race.answered(address_family::any, {}, addresses("4a B"), 0ms);
    race.answered(address_family::v6, net::error::host_not_found, {}, 0ms);
    CHECK(waits_until(race.next(100ms), forever));
}

TEST_CASE("an error with addresses is a negative answer") {
    race_type race(race_settings{.family = address_family::v4});
    CHECK(race.next(0ms).kind == race_action_kind::look_up);
    race.answered(address_family::v4, net::error::no_data, addresses("4a A0"), 3ms);
    CHECK(ends_with(race.next(3ms), net::error::no_data));
    CHECK(race.report().attempts.empty());
}

TEST_CASE("duplicates are dropped across answers") {
    race_type race(apart);
    race.next(0ms), race.next(0ms);
    race.answered(address_family::v6, {}, addresses("6a B, 6b B, 6a B"), 0ms);
    CHECK(is(race.next(0ms), race_action_kind::start, 0));
    race.answered(address_family::v4, {}, addresses("6b B, 6a B, 4a B, 4a B"), 1ms);
    CHECK(is(race.next(250ms), race_action_kind::start, 1));
    CHECK(is(race.next(500ms), race_action_kind::start, 2));
    CHECK(waits_until(race.next(750ms), forever));
    CHECK(race.endpoint(1) == addresses("4a B")[0]);
    CHECK(race.endpoint(2) == addresses("6b B")[0]);
}

TEST_CASE("failures told of late, twice or of nothing change nothing") {
    race_type race = race_of(3);
    CHECK(is(race.next(0ms), race_action_kind::start, 0));
    race.failed(1, net::error::connection_refused, 1ms);
    race.connected(7, 1ms);
    CHECK(waits_until(race.next(1ms), 250ms));
    race.failed(0, net::error::connection_refused, 2ms);
    CHECK(is(race.next(2ms), race_action_kind::start, 1));
    race.failed(0, net::error::connection_reset, 3ms);
    race.connected(0, 3ms);
    CHECK(waits_until(race.next(3ms), 252ms));
    CHECK(race.report().attempts[0].error == error_code(net::error::connection_refused));
    CHECK(race.report().attempts[0].duration == 2ms);
}

TEST_CASE("the first connection told of wins, and what fails before its close is not closed") {
    race_type race = race_of(4);
    for (std::size_t i = 0; i != 4; ++i) CHECK(is(race.next(250ms * i), race_action_kind::start, i));
    race.connected(1, 800ms);
    race.connected(0, 800ms);
    race.failed(2, net::error::connection_refused, 800ms);
    race.failed(1, net::error::connection_reset, 800ms);
    CHECK(is(race.next(800ms), race_action_kind::close, 0));
    race.connected(0, 800ms);
    CHECK(is(race.next(800ms), race_action_kind::close, 3));
    CHECK(ends_with(race.next(800ms), {}));
    CHECK(ends_with(race.next(900ms), {}));
    CHECK(race.report().winner == std::optional<std::size_t>(1));
    CHECK(race.report().attempts[1].duration == 550ms);
    for (const std::size_t loser : {0U, 2U, 3U}) {
        CHECK(race.report().attempts[loser].error == error_code(net::error::operation_aborted));
        CHECK(race.report().attempts[loser].duration == 800ms - 250ms * loser);
    }
}

TEST_CASE("all has failed before the limit that comes at the same time") {
    race_type race = race_of(1);
    race.next(0ms);
    race.failed(0, net::error::connection_refused, 10ms);
    race.limit_reached(10ms);
    CHECK(ends_with(race.next(10ms), net::error::connection_refused));
}

TEST_CASE("delays count from when attempts really started") {
    race_type race = race_of(3);
    CHECK(is(race.next(7ms), race_action_kind::start, 0));
    CHECK(waits_until(race.next(7ms), 257ms));
    CHECK(is(race.next(300ms), race_action_kind::start, 1));
    CHECK(waits_until(race.next(300ms), 550ms));
    CHECK(is(race.next(550ms), race_action_kind::start, 2));
    CHECK(waits_until(race.next(900ms), forever));
}

TEST_CASE("an attempt without a socket failed at its start, whenever that is told") {
    race_type race = race_of(2);
    CHECK(is(race.next(0ms), race_action_kind::start, 0));
    race.not_created(0, net::error::no_descriptors, 4ms);
    race.not_created(1, net::error::no_descriptors, 4ms);
    CHECK(is(race.next(4ms), race_action_kind::start, 1));
    CHECK(race.report().attempts[0].duration == 0ms);
    CHECK(race.report().attempts[0].error == error_code(net::error::no_descriptors));
}

TEST_CASE("the attempt delay is at least 10 ms and at most 2 s") {
    race_type hasty = race_of(2, {.attempt_delay = -1ms, .min_gap = 0ms});
    CHECK(is(hasty.next(0ms), race_action_kind::start, 0));
    CHECK(waits_until(hasty.next(0ms), 10ms));
    race_type slow = race_of(2, {.attempt_delay = forever});
    CHECK(is(slow.next(0ms), race_action_kind::start, 0));
    CHECK(waits_until(slow.next(0ms), 2s));
}

TEST_CASE("min_gap separates starts unless there was a failure") {
    race_type race = race_of(3, {.attempt_delay = 10ms, .min_gap = 30ms});
    CHECK(is(race.next(0ms), race_action_kind::start, 0));
    CHECK(waits_until(race.next(10ms), 30ms));
    CHECK(is(race.next(30ms), race_action_kind::start, 1));
    race.failed(1, net::error::connection_refused, 31ms);
    CHECK(is(race.next(31ms), race_action_kind::start, 2));
}

TEST_CASE("the extremes of the settings do no harm") {
    race_type race(race_settings{
        .resolution_delay = forever, .first_family_count = 0, .max_parallel = 0, .families_apart = true});
    race.next(0ms), race.next(0ms);
    race.answered(address_family::v4, {}, addresses("4a B, 4b B"), 5ms);
    CHECK(waits_until(race.next(5ms), forever));
    race.answered(address_family::v6, {}, addresses("6a B, 6b B"), 6ms);
    CHECK(is(race.next(6ms), race_action_kind::start, 0));
    CHECK(waits_until(race.next(6ms), forever));
    race.failed(0, net::error::connection_refused, 7ms);
    CHECK(is(race.next(7ms), race_action_kind::start, 1));
    CHECK(race.endpoint(1) == addresses("4a B")[0]);

    race_type hasty(race_settings{.resolution_delay = -5ms, .families_apart = true});
    hasty.next(0ms), hasty.next(0ms);
    hasty.answered(address_family::v4, {}, addresses("4a B"), 5ms);
    CHECK(is(hasty.next(5ms), race_action_kind::start, 0));
}

TEST_CASE("a hundred thousand addresses take time in proportion") {
    endpoints list;
    for (std::size_t i = 0; i != 100000; ++i) {
        list.push_back(
            {net::ip::address_v4(static_cast<std::uint32_t>(0x0a000000 + i / 2)), 80});  // each one twice
    }
    race_type race(race_settings{.family = address_family::v4});
    race.next(0ms);
    race.answered(address_family::v4, {}, std::move(list), 0ms);
    std::size_t actions = 0;
    for (race_action action = race.next(0ms); action.kind == race_action_kind::start;
         action = race.next(0ms)) {
        race.not_created(action.index, net::error::no_descriptors, 0ms);
        ++actions;
    }
    CHECK(actions == 50000);
    CHECK(ends_with(race.next(0ms), net::error::no_descriptors));
}

/// An endpoint whose copies can be made to fail, as if memory had run out.
struct costly_endpoint {
    static inline int copies_left = 0;
    std::unique_ptr<int> value;

    explicit costly_endpoint(int number = 0) : value(std::make_unique<int>(number)) {}
    costly_endpoint(costly_endpoint&&) = default;
    costly_endpoint& operator=(costly_endpoint&&) = default;
    costly_endpoint(const costly_endpoint& other) : value(std::make_unique<int>(*other.value)) {
        if (copies_left-- == 0) throw std::bad_alloc();
    }
    auto operator<=>(const costly_endpoint& other) const { return *value <=> *other.value; }
    bool operator==(const costly_endpoint& other) const { return *value == *other.value; }
};

TEST_CASE("when memory runs out in an answer the race can still be stopped and destroyed") {
    for (int copies = 0; copies != 3; ++copies) {
        reported_race<costly_endpoint> race(apart);
        race.next(0ms), race.next(0ms);
        std::vector<costly_endpoint> answer;
        for (int i = 0; i != 3; ++i) answer.emplace_back(i);
        costly_endpoint::copies_left = copies;
        CHECK_THROWS_AS(race.answered(address_family::v6, {}, std::move(answer), 0ms), std::bad_alloc);
        race.stop(net::error::no_memory, 0ms);
        CHECK(ends_with(race.next(0ms), net::error::no_memory));
    }
}

TEST_CASE("endpoints of any protocol can be raced") {
    using local = net::local::stream_protocol::endpoint;
    reported_race<local> race({}, {local("/a"), local("/b")});
    CHECK(is(race.next(0ms), race_action_kind::start, 0));
    race.failed(0, net::error::connection_refused, 0ms);
    CHECK(is(race.next(0ms), race_action_kind::start, 1));
    CHECK(race.endpoint(1) == local("/b"));
}

}  // namespace

}  // namespace uplink::tests
