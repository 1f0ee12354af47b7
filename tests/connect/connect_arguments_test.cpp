// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What async_connect says before it does anything: to invalid hosts, services and options, and to limits that
// have passed. In all of these no question is asked and no socket opened, and the client stays usable.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using limit_type = simulated_client::time_limit;
using start_function = std::function<void(simulated_client&, connect_completion&, uplink::testing::network&)>;

start_function by_name(std::string host, std::string service, limit_type limit = 10s) {
    return [=](simulated_client& client, connect_completion& connect, uplink::testing::network& net) {
        client.async_connect(host, service, limit, connect.handler(net));
    };
}
start_function to_endpoint(limit_type limit = 10s) {
    return [=](simulated_client& client, connect_completion& connect, uplink::testing::network& net) {
        client.async_connect(place("192.0.2.1"), limit, connect.handler(net));
    };
}
start_function to_list(std::vector<net::ip::tcp::endpoint> endpoints, limit_type limit = 10s) {
    return [=](simulated_client& client, connect_completion& connect, uplink::testing::network& net) {
        client.async_connect(endpoints, limit, connect.handler(net));
    };
}

/// Refused with that code, posted, with nothing done; says so in the report.
void check_refused(const start_function& start, const error_code& expected, client_options options = {}) {
    uplink::testing::network net;
    net.host("server.test").v4({"192.0.2.1"});
    net.elsewhere().accept();
    simulated_client client(net.get_executor(), std::move(options));
    connect_completion connect;
    start(client, connect, net);
    CHECK(connect.calls == 0);
    net.run();
    CHECK(connect == not_established(expected));
    CHECK(connect.ec.message() == expected.message());
    CHECK(connect.at == 0ns);
    CHECK(net.lookups().empty());
    CHECK(net.attempts().empty());
    CHECK(net.operations() == 0);
    CHECK_FALSE(client.is_open());
    CHECK(client.last_connect().error == expected);
    CHECK((client.last_connect().reason.empty() == (expected == net::error::not_found)));
    CHECK(client.last_connect().attempts.empty());
    CHECK(client.last_connect().total == 0ns);
    CHECK_FALSE(client.last_connect().winner);
}

const error_code invalid = net::error::invalid_argument;

TEST_CASE("faults 8: invalid hosts and services are invalid_argument, with no lookup and no attempt") {
    const std::string label(63, 'a');
    const std::string name_of_253 = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
    const std::vector<std::string> hosts{"",
                                         " ",
                                         "server test",
                                         " server.test",
                                         "server.test ",
                                         "server.test\r\n",
                                         "server\ttest",
                                         "a\0b"s,
                                         "\0"s,
                                         "server\x7f",
                                         "\x01",
                                         ".",
                                         name_of_253 + "a",
                                         std::string(256, 'a'),
                                         "[::1",
                                         "::1]",
                                         "[]",
                                         "[[::1]]",
                                         "[192.0.2.1]",
                                         "server.test:80",
                                         "[::1]:80",
                                         ":::",
                                         "*",
                                         "http://server.test/",
                                         "256.0.0.1",
                                         "127.1",
                                         "0x7f.1",
                                         "1.2.3.4.5",
                                         std::string(100000, 'a')};
    for (const std::string& host : hosts) {
        INFO("host: " << host.substr(0, 300));
        check_refused(by_name(host, "80"), invalid);
    }
    const std::vector<std::string> services{"",
                                            "0",
                                            "65536",
                                            "-1",
                                            "+80",
                                            " 80",
                                            "80 ",
                                            "8 0",
                                            "80\n",
                                            "80\0"s,
                                            "99999999999999999999",
                                            "80.0",
                                            "-http",
                                            "ht tp",
                                            "\x01",
                                            std::string(1000, '1')};
    for (const std::string& service : services) {
        INFO("service: " << service);
        check_refused(by_name("server.test", service), invalid);
        check_refused(by_name("192.0.2.1", service), invalid);
    }
}

TEST_CASE("faults 8: unusual hosts and services that make sense are asked for as they are") {
    const std::string label(63, 'a');
    const std::string name_of_253 = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
    for (const std::string& host : {"server.test."s, name_of_253, name_of_253 + ".", "xn--bcher-kva.test"s,
                                    "b\xc3\xbc"
                                    "cher.test"s,
                                    "under_score.test"s, "3com"s, "localhost"s}) {
        INFO("host: " << host);
        uplink::testing::network net;
        net.host(host).v4({"192.0.2.1"});
        net.elsewhere().accept();
        simulated_client client(net.get_executor());
        connect_completion connect;
        client.async_connect(host, "http", connect.handler(net));
        net.run();
        CHECK(connect == established());
        REQUIRE(net.lookups().size() == 2);
        CHECK(net.lookups()[0].host == host);
        CHECK(net.lookups()[0].service == "http");
        CHECK(connect.endpoint == place("192.0.2.1"));
    }
}

TEST_CASE("faults 9: a literal is never looked up") {
    struct row {
        const char* host;
        const char* service;
        net::ip::tcp::endpoint expected;
    };
    const std::vector<row> rows{
        {"192.0.2.1", "80", place("192.0.2.1")},
        {"192.0.2.1", "0080", place("192.0.2.1")},
        {"192.0.2.1", "65535", {net::ip::make_address("192.0.2.1"), 65535}},
        {"2001:db8::1", "80", place("2001:db8::1")},
        {"[2001:db8::1]", "80", place("2001:db8::1")},
        {"::ffff:192.0.2.1", "80", place("::ffff:192.0.2.1")},
        {"fe80::1%3", "80", {net::ip::make_address("fe80::1%3"), 80}},
        {"[fe80::1%3]", "80", {net::ip::make_address("fe80::1%3"), 80}},
    };
    for (const row& each : rows) {
        INFO(each.host << " " << each.service);
        uplink::testing::network net;
        net.endpoint(each.expected).accept();
        simulated_client client(net.get_executor());
        connect_completion connect;
        client.async_connect(each.host, each.service, connect.handler(net));
        net.run();
        CHECK(connect == established());
        CHECK(connect.endpoint == each.expected);
        CHECK(net.lookups().empty());
        CHECK(client.last_connect().lookup == 0ns);
    }
}

TEST_CASE("a literal with a service's name asks for the service alone, in the literal's family") {
    uplink::testing::network net;
    net.host("192.0.2.1").v4({"192.0.2.1"});
    net.elsewhere().accept();
    simulated_client client(net.get_executor());
    connect_completion connect;
    client.async_connect("192.0.2.1", "http", connect.handler(net));
    net.run();
    CHECK(connect == established());
    REQUIRE(net.lookups().size() == 1);
    CHECK(net.lookups()[0].family == uplink::address_family::v4);
}

TEST_CASE("an unknown service is an error of the lookup") {
    uplink::testing::network net;
    net.host("server.test").v4({"192.0.2.1"}).v6({"2001:db8::1"});
    simulated_client client(net.get_executor());
    connect_completion connect;
    client.async_connect("server.test", "no-such-service", connect.handler(net));
    net.run();
    CHECK(connect == not_established(net::error::service_not_found));
    CHECK(net.attempts().empty());
    CHECK(client.last_connect().lookup_error == error_code(net::error::service_not_found));
}

TEST_CASE("the literal of a family that the options exclude is not tried") {
    client_options only_v6{.connect = {.family = uplink::address_family::v6}};
    client_options only_v4{.connect = {.family = uplink::address_family::v4}};
    check_refused(by_name("192.0.2.1", "80"), net::error::address_family_not_supported, only_v6);
    check_refused(by_name("2001:db8::1", "80"), net::error::address_family_not_supported, only_v4);
}

TEST_CASE("an empty list of endpoints is not_found") { check_refused(to_list({}), net::error::not_found); }

TEST_CASE("invalid options are invalid_argument before anything else happens") {
    std::vector<client_options> all;
    const auto with = [&](auto change) { change(all.emplace_back()); };
    with([](client_options& o) { o.connect.timeout = -1s; });
    with([](client_options& o) { o.connect.timeout = 0s; });
    with([](client_options& o) { o.connect.attempt_delay = -1ns; });
    with([](client_options& o) { o.connect.resolution_delay = -1ns; });
    with([](client_options& o) { o.connect.first_family_count = 0; });
    with([](client_options& o) { o.connect.max_parallel_attempts = 0; });
    with([](client_options& o) { o.connect.local_addresses = {"localhost"}; });
    with([](client_options& o) { o.connect.network_interface = "a name too long for one"; });
    with([](client_options& o) { o.socket.keep_alive = {.idle = 0s}; });
    with([](client_options& o) { o.socket.user_timeout = 0ms; });
    with([](client_options& o) { o.socket.send_buffer = 0; });
    with([](client_options& o) { o.socket.receive_buffer = -1; });
    with([](client_options& o) { o.socket.dscp = 64; });
    with([](client_options& o) { o.idle_timeout = 0s; });
    with([](client_options& o) { o.close_timeout = -1s; });
    with([](client_options& o) { o.max_receive = 0; });
    with([](client_options& o) { o.send_queue.limit = 0; });
    with([](client_options& o) { o.proxy = uplink::http_proxy{.host = "", .port = 80}; });
    for (std::size_t i = 0; i != all.size(); ++i) {
        INFO("options " << i);
        check_refused(by_name("server.test", "80"), invalid, all[i]);
        check_refused(by_name("192.0.2.1", "80"), invalid, all[i]);
        check_refused(to_endpoint(), invalid, all[i]);
    }
}

TEST_CASE("a limit that has passed fails at once, posted, with the code of the phase that would have begun") {
    const auto past = uplink::testing::network().now();
    for (const limit_type limit :
         {limit_type(0s), limit_type(-1s), limit_type(std::chrono::hours::min()), limit_type(past),
          limit_type(past - 1ns), limit_type(uplink::testing::clock::time_point())}) {
        check_refused(by_name("server.test", "80", limit), errc::resolve_timeout);
        check_refused(by_name("192.0.2.1", "http", limit),
                      errc::resolve_timeout);  // the service is looked up
        check_refused(by_name("192.0.2.1", "80", limit), errc::connect_timeout);
        check_refused(to_endpoint(limit), errc::connect_timeout);
        check_refused(to_list({place("192.0.2.1"), place("192.0.2.2")}, limit), errc::connect_timeout);
        check_refused(by_name("", "80", limit), invalid);
    }
}

}  // namespace

}  // namespace uplink::tests
