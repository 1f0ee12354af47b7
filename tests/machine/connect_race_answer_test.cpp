// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One answer that has the addresses of all families: the family of its first address goes first, then they alternate.
#include "support/reported_race.hpp"

#include "support/catch.hpp"
#include "support/connect_race_row.hpp"

#include <chrono>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::race_action;
using uplink::detail::race_action_kind;
using uplink::detail::race_settings;
using one_answer_race = reported_race<net::ip::tcp::endpoint>;

/// "4a 6a 4b": addresses by their names alone.
std::vector<race_address> named(const std::string& names) {
    std::vector<race_address> list;
    std::istringstream in(names);
    for (std::string name; in >> name;) {
        list.push_back({name.front() == '4' ? address_family::v4 : address_family::v6,
                        static_cast<std::size_t>(name.at(1) - 'a')});
    }
    return list;
}

std::vector<net::ip::tcp::endpoint> endpoints_named(const std::string& names) {
    std::vector<net::ip::tcp::endpoint> endpoints;
    for (const race_address& each : named(names)) endpoints.push_back(each.endpoint());
    return endpoints;
}

/// The order in which they are tried where each fails at once.
std::string order_of(one_answer_race& race, const std::string& known) {
    std::string order;
    race_action action = race.next(0ms);
    for (; action.kind == race_action_kind::start; action = race.next(0ms)) {
        for (const race_address& each : named(known)) {
            if (each.endpoint() != race.endpoint(action.index)) continue;
            order += (order.empty() ? "" : " ") + each.name();
            break;
        }
        race.failed(action.index, net::error::connection_refused, 0ms);
    }
    CHECK(action.kind == race_action_kind::finish);
    return order;
}

TEST_CASE("addresses of one answer alternate by family, beginning with the first one's") {
    struct row {
        const char* answer;
        std::size_t first_family_count;
        const char* order;
    };
    const row rows[] = {
        {"4a", 1, "4a"},
        {"6a", 1, "6a"},
        {"4a 4b", 1, "4a 4b"},
        {"4a 6a", 1, "4a 6a"},
        {"6a 4a", 1, "6a 4a"},
        {"6a 6b 4a 4b", 1, "6a 4a 6b 4b"},
        {"6a 6b 6c 4a", 1, "6a 4a 6b 6c"},
        {"4a 6a 4b", 1, "4a 6a 4b"},
        {"4a 6a 6b 4b", 1, "4a 6a 4b 6b"},
        {"4b 6b 4a 6a", 1, "4b 6b 4a 6a"},  // not sorted: stable within a family
        {"6a 6b 6c 4a", 2, "6a 6b 4a 6c"},
        {"4a 4b 4c 6a 6b", 2, "4a 4b 6a 4c 6b"},
        {"4a 6a 4b 4c", 9, "4a 4b 4c 6a"},
        {"4a 4a 6a 4a 6a 4b", 1, "4a 6a 4b"},  // duplicates are dropped
    };
    for (const row& each : rows) {
        for (const auto preferred :
             {address_family::v4, address_family::v6}) {  // counts for families apart alone
            INFO(each.answer << ", first_family_count " << each.first_family_count);
            one_answer_race race(
                race_settings{.first_family_count = each.first_family_count, .preferred = preferred});
            const race_action first = race.next(0ms);
            CHECK(first.kind == race_action_kind::look_up);
            CHECK(first.family == address_family::any);
            CHECK(race.next(0ms).kind == race_action_kind::wait);
            race.answered(address_family::any, {}, endpoints_named(each.answer), 0ms);
            CHECK(order_of(race, each.answer) == each.order);
        }
    }
}

TEST_CASE("with one answer nothing waits for another: the resolution delay does not apply") {
    one_answer_race race(race_settings{.resolution_delay = 1h});
    race.next(0ms);
    race.answered(address_family::any, {}, endpoints_named("4a 6a"), 7ms);
    CHECK(race.next(7ms).kind == race_action_kind::start);
    const race_action second = race.next(7ms);
    CHECK(second.kind == race_action_kind::wait);
    CHECK(second.until == 257ms);
    CHECK(race.next(257ms).kind == race_action_kind::start);
    CHECK(race.report().lookup == 7ms);
}

TEST_CASE("one negative answer ends the race") {
    for (const error_code ec : {error_code(net::error::no_recovery), error_code()}) {
        one_answer_race race(race_settings{});
        race.next(0ms);
        race.answered(address_family::any, ec, {}, 3ms);
        const race_action end = race.next(3ms);
        CHECK(end.kind == race_action_kind::finish);
        CHECK(end.error == (ec ? ec : error_code(net::error::host_not_found)));
        CHECK(race.report().lookup_error == end.error);
        CHECK(race.report().lookup == 3ms);
    }
}

TEST_CASE("an answer for one family, or a second one, is ignored where one answer has all") {
    one_answer_race race(race_settings{});
    race.answered(address_family::any, {}, endpoints_named("4a"), 0ms);  // not asked yet
    race.next(0ms);
    race.answered(address_family::v4, {}, endpoints_named("4a"), 0ms);
    race.answered(address_family::v6, {}, endpoints_named("6a"), 0ms);
    CHECK(race.next(0ms).kind == race_action_kind::wait);
    race.answered(address_family::any, {}, endpoints_named("4b 6b"), 0ms);
    race.answered(address_family::any, {}, endpoints_named("4c 6c"), 0ms);
    CHECK(order_of(race, "4a 6a 4b 6b 4c 6c") == "4b 6b");
}

TEST_CASE("a limit while the one answer is waited for is resolve_timeout") {
    one_answer_race race(race_settings{});
    race.next(0ms);
    race.limit_reached(5ms);
    CHECK(race.next(5ms).error == error_code(errc::resolve_timeout));
    CHECK(race.report().lookup == 5ms);
}

TEST_CASE("a family that the options name is asked for alone, apart or not") {
    for (const bool apart : {false, true}) {
        one_answer_race race(race_settings{.family = address_family::v4, .families_apart = apart});
        CHECK(race.next(0ms).family == address_family::v4);
        CHECK(race.next(0ms).kind == race_action_kind::wait);
    }
}

}  // namespace

}  // namespace uplink::tests
