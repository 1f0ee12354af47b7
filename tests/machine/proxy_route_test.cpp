// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The way through a proxy, as decisions: what comes first, what the proxy is asked for, and what follows a refusal.
#include <uplink/detail/machine/proxy_route.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

namespace {

using detail::connect_target;
using detail::lookup_need;
using detail::proxy_failure;
using detail::proxy_route;
using detail::proxy_target;
using endpoints = std::vector<net::ip::tcp::endpoint>;

constexpr auto any = address_family::any;
constexpr auto v4 = address_family::v4;
constexpr auto v6 = address_family::v6;

net::ip::tcp::endpoint at(const char* address, std::uint16_t port = 80) {
    return {net::ip::make_address(address), port};
}

std::string text_of(const proxy_target& server) {
    if (server.refused) return "refused";
    return (server.address ? "address " + server.address->to_string() : "name " + server.name) + ":" +
           std::to_string(server.port);
}
std::string text_of(const connect_target& place) {
    const char* const need = place.need == lookup_need::nothing   ? "go to "
                             : place.need == lookup_need::service ? "ask for the port of "
                                                                  : "look up ";
    return need + place.host + (place.literal ? " (an address)" : "");
}

const proxy_options socks5 = socks5_proxy{.host = "proxy.test"};
const proxy_options socks5_here = socks5_proxy{.host = "192.0.2.9", .remote_dns = false};
const proxy_options http = http_proxy{.host = "[2001:db8::9]"};

}  // namespace

TEST_CASE("the first place is the proxy, unless something about the server has to be known before") {
    struct row {
        const proxy_options& proxy;
        std::string host;
        std::string service;
        std::string first;
        std::string found;  // what the proxy is asked for when 192.0.2.1:443 and 192.0.2.2:443 are found
    };
    const std::string to_http = "go to 2001:db8::9 (an address)";
    const std::string to_here = "go to 192.0.2.9 (an address)";
    const std::string ask_port = "ask for the port of 127.0.0.1 (an address)";
    const std::vector<row> rows = {
        {socks5, "server.test", "80", "look up proxy.test", "name server.test:80"},
        {socks5, "192.0.2.7", "80", "look up proxy.test", "address 192.0.2.7:80"},
        {socks5, "server.test", "https", ask_port, "name server.test:443"},
        {socks5, "::1", "https", ask_port, "address ::1:443"},
        {http, "server.test", "80", to_http, "name server.test:80"},
        {http, "server.test", "https", ask_port, "name server.test:443"},
        {http, "[::1]", "80", to_http, "address ::1:80"},
        {socks5_here, "server.test", "80", "look up server.test", "address 192.0.2.1:443"},
        {socks5_here, "server.test", "https", "look up server.test", "address 192.0.2.1:443"},
        {socks5_here, "192.0.2.7", "80", to_here, "address 192.0.2.7:80"},
        {socks5_here, "192.0.2.7", "https", ask_port, "address 192.0.2.7:443"},
    };
    for (const row& each : rows) {
        INFO(each.host << ' ' << each.service << ", " << each.first);
        proxy_route route(each.proxy);
        connect_target target = detail::classify(each.host, each.service);
        CHECK_FALSE(route.begin(target, any));
        CHECK(text_of(target) == each.first);
        CHECK(route.looks_server_up() ==
              !(each.first == "look up proxy.test" || each.first.starts_with("go")));
        if (route.looks_server_up()) {
            const connect_target& place = route.found({at("192.0.2.1", 443), at("192.0.2.2", 443)});
            CHECK(text_of(place) == text_of(route.proxy_place()));
            CHECK_FALSE(route.looks_server_up());
        }
        CHECK(text_of(route.server()) == each.found);
        CHECK_FALSE(route.server_host().empty());
    }
}

TEST_CASE("the address that stands for a name while its port is looked up has the family of the options") {
    for (const auto family : {any, v4, v6}) {
        proxy_route route(socks5);
        connect_target target = detail::classify("server.test", "https");
        CHECK_FALSE(route.begin(target, family));
        CHECK(target.host == (family == v6 ? "::1" : "127.0.0.1"));
        CHECK(target.literal == net::ip::make_address(target.host));
        CHECK(route.server_host() == "server.test");
    }
}

TEST_CASE("a found port of 0 cannot be asked for") {
    proxy_route route(socks5);
    connect_target target = detail::classify("server.test", "odd");
    CHECK_FALSE(route.begin(target, any));
    route.found({at("127.0.0.1", 0)});
    CHECK(route.server().refused.error == net::error::invalid_argument);
}

TEST_CASE("a proxy of an excluded family, or that is none, refuses the connect") {
    const auto reason = [](const proxy_options& proxy, address_family family) {
        proxy_route route(proxy);
        connect_target target = detail::classify("server.test", "80");
        const detail::refusal by_name = route.begin(target, family);
        proxy_route other(proxy);
        connect_target first;
        CHECK(other.begin({at("192.0.2.1")}, first, family).reason == by_name.reason);
        return std::string(by_name.reason);
    };
    const std::string excluded = "proxy.host is an address of the family that connect.family excludes";
    CHECK(reason(http, v4) == excluded);
    CHECK(reason(http, v6).empty());
    CHECK(reason(socks5_here, v6) == excluded);
    CHECK(reason(socks5_here, v4).empty());
    CHECK(reason(socks5, v4).empty());
    CHECK(reason(http_proxy{.host = "1.2.3"}, any) ==
          "proxy.host is neither the name of a host nor an IP address");
    CHECK(reason(http_proxy{.host = "fe80::1%no-such-if"}, any) ==
          "the scope id of proxy.host names no interface of this machine");
}

TEST_CASE(
    "the servers are asked for in turn while the proxy speaks of the server, and the telling failure counts") {
    struct row {
        std::vector<error_code> failures;
        bool goes_on;  // behind the last of them
        error_code counts;
    };
    const error_code network = errc::proxy_network_unreachable;
    const error_code host = errc::proxy_host_unreachable;
    const error_code family = errc::proxy_address_not_supported;
    const error_code refused = errc::proxy_connection_refused;
    const error_code general = errc::proxy_general_failure;
    const error_code invalid = net::error::invalid_argument;
    const std::vector<row> rows = {
        {{network}, true, network},
        {{host}, true, host},
        {{family}, true, family},
        {{refused}, true, refused},
        {{general}, true, general},
        {{errc::proxy_ttl_expired}, true, errc::proxy_ttl_expired},
        {{errc::proxy_not_allowed}, true, errc::proxy_not_allowed},
        {{errc::proxy_http_status}, true, errc::proxy_http_status},
        {{invalid}, true, invalid},
        {{errc::proxy_protocol_error}, false, errc::proxy_protocol_error},
        {{errc::proxy_no_acceptable_method}, false, errc::proxy_no_acceptable_method},
        {{errc::proxy_authentication_failed}, false, errc::proxy_authentication_failed},
        {{errc::proxy_command_not_supported}, false, errc::proxy_command_not_supported},
        {{errc::proxy_timeout}, false, errc::proxy_timeout},
        {{net::error::operation_aborted}, false, net::error::operation_aborted},
        {{network, host}, true, network},
        {{network, refused}, true, refused},
        {{refused, network}, true, refused},
        {{refused, general}, true, refused},
        {{invalid, family}, true, invalid},
        {{refused, errc::proxy_protocol_error}, false, errc::proxy_protocol_error},
        {{network, host, family}, false, network},  // there are three
        {{network, host, general}, false, general},
        {{refused, general, network}, false, refused},
    };
    for (const row& each : rows) {
        proxy_route route(socks5);
        connect_target first;
        CHECK_FALSE(route.begin({at("192.0.2.1"), at("192.0.2.2"), at("192.0.2.3")}, first, any));
        CHECK(text_of(first) == "look up proxy.test");
        bool goes_on = true;
        int status = 0;
        for (const error_code& failure : each.failures) {
            INFO(failure.message());
            REQUIRE(goes_on);
            CHECK(text_of(route.server()) == "address 192.0.2." + std::to_string(++status) + ":80");
            goes_on = route.refused({{failure, "why"}, status});
        }
        INFO("the last is " << each.failures.back().message());
        CHECK(goes_on == each.goes_on);
        CHECK(route.failure().why.error == each.counts);
        CHECK(each.failures.at(static_cast<std::size_t>(route.failure().status) - 1) == each.counts);
    }
}

TEST_CASE("an endpoint that cannot be asked for refuses the connect, and so does an empty list") {
    const auto begin = [](const endpoints& list) {
        proxy_route route(socks5);
        connect_target first;
        return route.begin(list, first, any).error;
    };
    CHECK(begin({}) == net::error::not_found);
    CHECK(begin({at("192.0.2.1"), at("192.0.2.1", 0)}) == net::error::invalid_argument);
    auto scoped = net::ip::make_address_v6("fe80::1");
    scoped.scope_id(2);
    CHECK(begin({{scoped, 80}}) == net::error::invalid_argument);
    CHECK_FALSE(begin({at("::1")}));
}

}  // namespace uplink::tests
