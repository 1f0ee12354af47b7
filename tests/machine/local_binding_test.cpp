// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What local addresses decide, as tables: which families can be tried, which address is bound, and what is left of a
// list; and the connect race that keeps to it.
#include <uplink/detail/machine/local_binding.hpp>

#include "support/reported_race.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using endpoint = net::ip::tcp::endpoint;
using endpoints = std::vector<endpoint>;
using race = reported_race<endpoint>;
using kind = detail::race_action_kind;
constexpr auto v4 = address_family::v4, v6 = address_family::v6, any = address_family::any;

endpoint at(const char* address) { return {net::ip::make_address(address), 80}; }
const endpoint a4 = at("192.0.2.1"), b4 = at("192.0.2.2"), a6 = at("2001:db8::1"),
               mapped = at("::ffff:192.0.2.1");

bool ends_with(const detail::race_action& action, const error_code& error) {
    return action.kind == kind::finish && action.error == error;
}

const error_code not_supported = net::error::address_family_not_supported;

}  // namespace

TEST_CASE("one local address leaves its family, none or two leave both") {
    struct row {
        std::vector<std::string> addresses;
        address_family only;
        const char *for_v4, *for_v6;
    };
    const row rows[] = {
        {{}, any, nullptr, nullptr},
        {{"127.0.0.1"}, v4, "127.0.0.1", nullptr},
        {{"::1"}, v6, nullptr, "::1"},
        {{"fe80::1%no_such_interface"}, v6, nullptr, "fe80::1%no_such_interface"},
        {{"::ffff:127.0.0.1"}, v6, nullptr, "::ffff:127.0.0.1"},
        {{"127.0.0.1", "::1"}, any, "127.0.0.1", "::1"},
        {{"::1", "127.0.0.1"}, any, "127.0.0.1", "::1"},
    };
    for (const row& each : rows) {
        INFO(each.addresses.size() << " addresses, the first "
                                   << (each.addresses.empty() ? "" : each.addresses[0]));
        const connect_options options{.local_addresses = each.addresses};
        CHECK(detail::family_to_bind(options) == each.only);
        const auto bound = [&](address_family family) {
            const std::string* const found = detail::local_address_of(options, family);
            return found != nullptr ? *found : std::string("none");
        };
        CHECK(bound(v4) == (each.for_v4 != nullptr ? each.for_v4 : "none"));
        CHECK(bound(v6) == (each.for_v6 != nullptr ? each.for_v6 : "none"));
        for (const endpoint& to : {a4, a6, mapped}) {
            const bool tried = each.only == any || each.only == (to.address().is_v4() ? v4 : v6);
            CHECK(detail::check_local_address(options, to.address()).error ==
                  (tried ? error_code() : not_supported));
        }
    }
}

TEST_CASE("of a list the addresses of the family that has a local address are left, in their order") {
    struct row {
        endpoints list;
        address_family only;
        endpoints left;
        error_code error;
    };
    const row rows[] = {
        {{a4, a6, b4}, any, {a4, a6, b4}, {}},
        {{a4, a6, b4}, v4, {a4, b4}, {}},
        {{a4, a6, b4, mapped}, v6, {a6, mapped}, {}},
        {{a4, b4}, v6, {}, not_supported},
        {{a6}, v4, {}, not_supported},
        {{}, v4, {}, {}},  // nothing was left out
    };
    for (const row& each : rows) {
        endpoints list = each.list;
        CHECK(detail::keep_family_to_bind(list, each.only) == each.error);
        CHECK(list == each.left);
    }
}

TEST_CASE("a race asks for the family that has a local address first, and for the other too") {
    for (const address_family preferred : {v4, v6}) {
        race apart({.preferred = preferred, .to_bind = v4, .families_apart = true});
        CHECK(apart.next(0ms).family == v4);
        CHECK(apart.next(0ms).family == v6);
    }
}

TEST_CASE("a race of families apart waits for the other family only to say why nothing is tried") {
    struct row {
        error_code first, second;
        endpoints found;  // of the second
        error_code result;
    };
    const error_code not_found = net::error::host_not_found, try_again = net::error::host_not_found_try_again;
    const row rows[] = {
        {not_found, {}, {a6}, not_supported}, {not_found, not_found, {}, not_found},
        {not_found, {}, {}, not_found},       {not_found, try_again, {}, try_again},
        {try_again, {}, {a6}, try_again},     {try_again, not_found, {}, try_again},
    };
    for (const row& each : rows) {
        race apart({.to_bind = v4, .families_apart = true});
        apart.next(0ms);
        apart.next(0ms);
        apart.answered(v4, each.first, {}, 1ms);
        CHECK(apart.next(1ms).kind == kind::wait);
        apart.answered(v6, each.second, each.found, 2ms);
        CHECK(ends_with(apart.next(2ms), each.result));
        CHECK(apart.report().lookup_error == each.result);
        CHECK(apart.lacks_local_address() == (each.result == not_supported));
    }

    race tried({.to_bind = v4, .families_apart = true});
    tried.next(0ms);
    tried.next(0ms);
    tried.answered(v4, {}, {a4}, 1ms);
    CHECK(tried.next(1ms).kind == kind::start);
    tried.failed(0, net::error::connection_refused, 2ms);
    CHECK(ends_with(tried.next(2ms), net::error::connection_refused));
    CHECK_FALSE(tried.lacks_local_address());
}

TEST_CASE("the other family's answer, although it is the first, starts nothing") {
    race apart({.to_bind = v4, .families_apart = true});
    apart.next(0ms);
    apart.next(0ms);
    apart.answered(v6, {}, {a6}, 1ms);
    const auto wait = apart.next(1h);
    CHECK(wait.kind == kind::wait);
    CHECK(wait.until == std::chrono::nanoseconds::max());
    apart.answered(v4, {}, {a4}, 2h);
    CHECK(apart.next(2h).kind == kind::start);
    CHECK(apart.endpoint(0) == a4);
}

TEST_CASE(
    "without local addresses a family that the system does not support says no more than another error") {
    race apart({.preferred = v4, .families_apart = true});
    apart.next(0ms);
    apart.next(0ms);
    apart.answered(v4, net::error::host_not_found, {}, 0ms);
    apart.answered(v6, not_supported, {}, 0ms);
    CHECK(ends_with(apart.next(0ms), net::error::host_not_found));
    CHECK_FALSE(apart.lacks_local_address());
}

TEST_CASE("a race of the caller's addresses leaves a family out, or ends at once") {
    race some({.to_bind = v4}, {a6, a4});
    CHECK(some.next(0ms).kind == kind::start);
    CHECK(some.endpoint(0) == a4);
    some.failed(0, net::error::connection_refused, 0ms);
    CHECK(ends_with(some.next(0ms), net::error::connection_refused));
    race none({.to_bind = v4}, {a6});
    CHECK(ends_with(none.next(0ms), not_supported));
    CHECK(none.lacks_local_address());
    race empty({.to_bind = v4}, {});
    CHECK(ends_with(empty.next(0ms), net::error::not_found));
    CHECK_FALSE(empty.lacks_local_address());
}

}  // namespace uplink::tests
