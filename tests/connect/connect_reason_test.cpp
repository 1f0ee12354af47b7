// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What last_connect() says beyond the code: the host and the service that were asked for, and the reason in words.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/connect_completion.hpp"

#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;

/// On a simulated network, with one connect after the other.
struct reason_fixture {
    uplink::testing::network net{};
    simulated_client client;
    connect_completion connect{};

    explicit reason_fixture(client_options options = {}) : client(net.get_executor(), std::move(options)) {
        net.host("server.test").v4({"192.0.2.1"});
        net.elsewhere().accept(5ms);
    }
    template <class... Arguments> const uplink::connect_report& run(Arguments... arguments) {
        connect = {};
        client.async_connect(arguments..., connect.handler(net));
        net.run();
        return client.last_connect();
    }
};

TEST_CASE("the report has host and service as they were asked for, whatever came of it") {
    reason_fixture test;
    const std::string long_host = "a-host-that-no-short-string-takes-in.test";
    test.net.host(long_host).v4({"192.0.2.1"});
    for (const std::string& host :
         {"server.test"s, "[::1]"s, "192.0.2.1"s, long_host, "nowhere.test"s, "*"s, ""s}) {
        const auto& report = test.run(host, "http");
        INFO("host: " << host << ", " << report.error.message());
        CHECK(report.host == host);
        CHECK(report.service == "http");
        test.client.close();
    }
}

TEST_CASE("a connect to endpoints has neither host nor service in its report") {
    reason_fixture test;
    test.run("nowhere.test", "http");
    const auto& report = test.run(place("192.0.2.1"));
    CHECK_FALSE(report.error);
    CHECK(report.host.empty());
    CHECK(report.service.empty());
}

TEST_CASE("host and service are in the report while the connect goes on") {
    reason_fixture test;
    test.client.async_connect("server.test", "80", test.connect.handler(test.net));
    CHECK(test.client.last_connect().host == "server.test");
    CHECK(test.client.last_connect().service == "80");
}

TEST_CASE("what was refused before it began says which argument or which option it was") {
    const auto v4 = uplink::address_family::v4;
    const auto v6 = uplink::address_family::v6;
    CHECK(reason_fixture().run("127.0.0.1:8081", "80").reason ==
          "host includes a port, which belongs in service");
    CHECK(reason_fixture().run("server.test", "0").reason == "service is a port outside 1 to 65535");
    CHECK(reason_fixture({.max_receive = 0}).run("server.test", "80").reason ==
          "max_receive must be above zero");
    CHECK(reason_fixture({.max_receive = 0}).run(place("192.0.2.1")).reason ==
          "max_receive must be above zero");
    CHECK(reason_fixture({.connect = {.family = v6}}).run("192.0.2.1", "80").reason ==
          "host is an IPv4 address, and connect.family is v6");
    CHECK(reason_fixture({.connect = {.family = v4}}).run("::1", "80").reason ==
          "host is an IPv6 address, and connect.family is v4");
    CHECK(reason_fixture({.proxy = uplink::http_proxy{.host = "a:80"}}).run("server.test", "80").reason ==
          "proxy.host is neither the name of a host nor an IP address");
    CHECK(reason_fixture().run("server.test", "80", 0s).reason ==
          "the time limit had passed when the connect began");
    CHECK(reason_fixture().run(place("192.0.2.1"), -1s).reason ==
          "the time limit had passed when the connect began");
}

TEST_CASE("the report of a refused connect has nothing of the connect before it") {
    reason_fixture test;
    test.net.host("late.test").v4({"192.0.2.1"}, 10ms);
    const auto& before = test.run("late.test", "80");
    CHECK(before.winner == 0U);
    CHECK(before.lookup == 10ms);
    CHECK(before.total == 15ms);
    test.client.close();
    const auto& report = test.run("server test", "https");
    CHECK(report.error == error_code(net::error::invalid_argument));
    CHECK(report.host == "server test");
    CHECK(report.service == "https");
    CHECK(report.attempts.empty());
    CHECK_FALSE(report.winner);
    CHECK(report.lookup == 0ns);
    CHECK(report.total == 0ns);
}

TEST_CASE("nothing of a refusal is left in the report of the next connect") {
    reason_fixture test;
    CHECK_FALSE(test.run("*", "80").reason.empty());
    const auto& report = test.run("server.test", "80");
    CHECK_FALSE(report.error);
    CHECK(report.reason.empty());
}

TEST_CASE("where the code says all there is no reason") {
    reason_fixture test;
    test.net.endpoint("192.0.2.1:80").refuse();
    CHECK(test.run("server.test", "80").reason.empty());
    CHECK(test.run("nowhere.test", "80").reason.empty());
    test.net.endpoint("192.0.2.1:80").clear().black_hole();
    CHECK(test.run("server.test", "80", 1s).reason.empty());
}

TEST_CASE("the text of the report prints whatever was asked for as one line, and not without end") {
    reason_fixture test;
    const std::string text = to_string(test.run("a\nb\x7f", std::string(100000, 'x')));
    CHECK(text.starts_with("host \"a?b?\", service \"xxx"));
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.size() < 1000);
}

TEST_CASE_METHOD(client_test, "an attempt that the system refused for an option says which", "[connect]") {
    using native = uplink::socket_options::native_handle_type;
    using generic = net::generic::stream_protocol::endpoint;
    const refusing_port refusing;
    const net::ip::tcp::endpoint there{net::ip::address_v4::loopback(), refusing.port()};
    const auto reason_of = [&](client_options options, std::vector<net::ip::tcp::endpoint> asked_endpoints) {
        uplink::async_client<> client(io, std::move(options));
        completion connect;
        client.async_connect(asked_endpoints, record(connect));
        run_until(connect);
        CHECK(connect.ec);
        CHECK(connect.ec == client.last_connect().error);
        return client.last_connect().reason;
    };
    CHECK(reason_of({.connect = {.local_addresses = {"192.0.2.1"}}}, {there}) ==
          "the system did not accept connect.local_addresses");
    CHECK(reason_of({.connect = {.local_addresses = {"::1"}}}, {there}) ==
          "connect.local_addresses has no address of a family that could be tried");
    // EPERM, or ENODEV for those who may.
    CHECK(reason_of({.connect = {.network_interface = "no-such-if"}}, {there}) ==
          "the system did not accept connect.network_interface");
    client_options hooked;
    hooked.socket.before_connect = [](native, const generic&) {
        return error_code(net::error::access_denied);
    };
    CHECK(reason_of(hooked, {there}) == "socket.before_connect failed");

    // It is the reason of the attempt whose error is the result, and of no other.
    hooked.socket.before_connect = [&, n = 0](native, const generic&) mutable {
        return ++n == 1 ? error_code(net::error::network_unreachable) : error_code();
    };
    CHECK(reason_of(hooked, {there, there}).empty());  // the second is refused by the peer
    hooked.socket.before_connect = [&, n = 0](native, const generic&) mutable {
        return ++n == 2 ? error_code(net::error::access_denied) : error_code();
    };
    CHECK(reason_of(hooked, {there, there}).empty());  // the first is
    client_options mixed{.connect = {.local_addresses = {"::1"}}};
    mixed.socket.before_connect = [](native, const generic&) {
        return error_code(net::error::access_denied);
    };
    CHECK(reason_of(mixed, {there, {net::ip::address_v6::loopback(), refusing.port()}}) ==
          "socket.before_connect failed");
}

}  // namespace

}  // namespace uplink::tests
