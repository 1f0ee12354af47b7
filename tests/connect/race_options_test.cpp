// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a connect takes of the client's options: the settings of its race, and the family that an address must
// have.
#include <uplink/detail/connect/race_options.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::detail::check_family;
using uplink::detail::preferred_family;
using uplink::detail::race_settings;
using uplink::detail::settings_of_race;

const auto v4_address = net::ip::make_address("192.0.2.1");
const auto v6_address = net::ip::make_address("2001:db8::1");
const auto mapped_address = net::ip::make_address("::ffff:192.0.2.1");

struct fake_executor {
    address_family family;
};
struct socket_with_family {
    static address_family preferred_family(const fake_executor& executor) { return executor.family; }
};
struct socket_without_family {};

}  // namespace

TEST_CASE("each address has the right family if any is wanted or its own") {
    for (const auto& address : {v4_address, v6_address, mapped_address})
        CHECK_FALSE(check_family(address_family::any, address));
    CHECK_FALSE(check_family(address_family::v4, v4_address));
    CHECK_FALSE(check_family(address_family::v6, v6_address));
}

TEST_CASE("an address of another family is refused, and the reason names both") {
    const auto refused_v4 = check_family(address_family::v6, v4_address);
    CHECK(refused_v4.error == net::error::address_family_not_supported);
    CHECK(refused_v4.reason == "host is an IPv4 address, and connect.family is v6");
    const auto refused_v6 = check_family(address_family::v4, v6_address);
    CHECK(refused_v6.error == net::error::address_family_not_supported);
    CHECK(refused_v6.reason == "host is an IPv6 address, and connect.family is v4");
}

TEST_CASE("an IPv4 address that is mapped into IPv6 is an IPv6 address") {
    CHECK(check_family(address_family::v4, mapped_address));
    CHECK_FALSE(check_family(address_family::v6, mapped_address));
}

TEST_CASE("a race has the settings of the client's options") {
    connect_options options;
    options.attempt_delay = 1s;
    options.resolution_delay = 2s;
    options.first_family_count = 3;
    options.max_parallel_attempts = 4;
    options.family = address_family::v4;
    const race_settings settings = settings_of_race(options);
    CHECK(settings.attempt_delay == 1s);
    CHECK(settings.resolution_delay == 2s);
    CHECK(settings.first_family_count == 3);
    CHECK(settings.max_parallel == 4);
    CHECK(settings.family == address_family::v4);
}

TEST_CASE("the options' defaults are the defaults of a race") {
    const race_settings settings = settings_of_race({});
    const race_settings defaults;
    CHECK(settings.attempt_delay == defaults.attempt_delay);
    CHECK(settings.min_gap == defaults.min_gap);
    CHECK(settings.resolution_delay == defaults.resolution_delay);
    CHECK(settings.first_family_count == defaults.first_family_count);
    CHECK(settings.max_parallel == defaults.max_parallel);
    CHECK(settings.family == defaults.family);
    CHECK(settings.preferred == defaults.preferred);
}

TEST_CASE("whether a race looks the families up apart, and which it prefers, is not for the options to say") {
    connect_options options;
    options.families_apart = true;
    options.family = address_family::v4;
    CHECK_FALSE(settings_of_race(options).families_apart);
    CHECK(settings_of_race(options).preferred == race_settings().preferred);
}

TEST_CASE("the family raced first is chosen by the socket if it can, else by the system") {
    for (const address_family family : {address_family::v4, address_family::v6})
        CHECK(preferred_family<socket_with_family>(fake_executor{family}) == family);
    const address_family of_system = detail::system_preferred_family();
    CHECK(of_system != address_family::any);
    for (const address_family family : {address_family::v4, address_family::v6})
        CHECK(preferred_family<socket_without_family>(fake_executor{family}) == of_system);
}

}  // namespace uplink::tests
