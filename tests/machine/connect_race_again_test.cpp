// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A connect with several races, as through a proxy: one that only looks up, and one behind the other in one report.
#include <uplink/detail/machine/connect_race.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using endpoint = net::ip::tcp::endpoint;
using race = detail::connect_race<endpoint>;
using kind = detail::race_action_kind;

endpoint at(const char* address) { return {net::ip::make_address(address), 80}; }

}  // namespace

TEST_CASE("a race leaves the attempts of an earlier one in the report, and decides by its own") {
    uplink::connect_report report;
    report.attempts = {{.endpoint = at("192.0.2.8"), .error = {}},
                       {.endpoint = at("192.0.2.9"), .error = net::error::access_denied}};
    race again({}, {at("192.0.2.1"), at("192.0.2.2")}, report);
    CHECK(report.attempts.capacity() >= 4);
    for (const std::size_t index : {2U, 3U}) {
        const auto action = again.next(1s);
        REQUIRE(action.kind == kind::start);
        CHECK(action.index == index);
        CHECK(again.endpoint(index) == at(index == 2 ? "192.0.2.1" : "192.0.2.2"));
        again.failed(index, index == 2 ? net::error::network_unreachable : net::error::host_unreachable, 1s);
    }
    const auto end = again.next(1s);
    CHECK(end.kind == kind::finish);
    CHECK(end.error == net::error::network_unreachable);
    CHECK(report.attempts.size() == 4);
    CHECK_FALSE(report.attempts[0].error);

    race empty({}, std::vector<endpoint>(), report);
    CHECK(empty.next(1s).error == net::error::not_found);
    race winner({}, {at("192.0.2.3")}, report);
    CHECK(winner.next(2s).index == 4);
    winner.connected(4, 3s);
    CHECK(winner.next(3s).kind == kind::finish);
    CHECK(report.winner == 4U);
}

TEST_CASE("a lookup that fails behind an earlier race says so") {
    uplink::connect_report report;
    report.attempts = {{.endpoint = at("192.0.2.8"), .error = {}}};
    race again({}, report);
    CHECK(again.next(0s).kind == kind::look_up);
    again.answered(address_family::any, net::error::host_not_found, {}, 1s);
    CHECK(again.next(1s).error == net::error::host_not_found);
    CHECK(report.lookup_error == net::error::host_not_found);
}

TEST_CASE("the addresses of a race that only looks up come in the order in which they would be tried") {
    uplink::connect_report report;
    race addresses({}, report);
    CHECK(addresses.next(0s).kind == kind::look_up);
    addresses.answered(
        address_family::any, {},
        {at("192.0.2.1"), at("192.0.2.2"), at("2001:db8::1"), at("192.0.2.1"), at("2001:db8::2")}, 1s);
    CHECK(addresses.next(1s).kind == kind::start);
    CHECK(addresses.take_addresses() ==
          std::vector{at("192.0.2.1"), at("2001:db8::1"), at("192.0.2.2"), at("2001:db8::2")});
    CHECK(report.attempts.empty());
}

TEST_CASE("a race that waits for both families gives either the resolution delay") {
    for (const bool v6_is_slow : {true, false}) {
        const auto fast = v6_is_slow ? address_family::v4 : address_family::v6;
        const auto slow = v6_is_slow ? address_family::v6 : address_family::v4;
        const endpoint first = at(v6_is_slow ? "192.0.2.1" : "2001:db8::1");
        const endpoint second = at(v6_is_slow ? "2001:db8::1" : "192.0.2.1");
        for (const bool in_time : {true, false}) {
            uplink::connect_report report;
            race both({.families_apart = true, .waits_for_both = true}, report);
            CHECK(both.next(0s).kind == kind::look_up);
            CHECK(both.next(0s).kind == kind::look_up);
            both.answered(fast, {}, {first}, 10ms);
            const auto wait = both.next(10ms);
            CHECK(wait.kind == kind::wait);
            CHECK(wait.until == 60ms);
            if (in_time) both.answered(slow, {}, {second}, 59ms);
            CHECK(both.next(60ms).kind == kind::start);
            CHECK(both.take_addresses().size() == (in_time ? 2U : 1U));
        }
    }
}

}  // namespace uplink::tests
