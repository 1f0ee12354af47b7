// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// last_connect() and its text: what a log line can say about a connect that succeeded or failed.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"

#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

std::string words(const error_code& ec) { return ec.message(); }

struct report_fixture {
    uplink::testing::network net;
    simulated_client client{net.get_executor()};
    connect_completion connect;

    report_fixture() {
        net.host("server.test").v6({"2001:db8::1"}, 31500us).v4({"192.0.2.1"}, 12ms);
        net.endpoint("[2001:db8::1]:443").black_hole();
        net.endpoint("192.0.2.1:443").accept(20250us);
    }
    template <class... Arguments> void run(Arguments... arguments) {
        client.async_connect(arguments..., connect.handler(net));
        net.run();
    }
};

TEST_CASE("before the first connect the report is empty") {
    report_fixture test;
    const auto& report = test.client.last_connect();
    CHECK(report.host.empty());
    CHECK(report.service.empty());
    CHECK(report.reason.empty());
    CHECK(report.attempts.empty());
    CHECK_FALSE(report.winner);
    CHECK_FALSE(report.error);
    CHECK(report.total == 0ns);
}

TEST_CASE("the report of a success") {
    report_fixture test;
    test.run("server.test", "443");
    const auto& report = test.client.last_connect();
    CHECK(report.lookup == 31500us);
    CHECK_FALSE(report.lookup_error);
    REQUIRE(report.attempts.size() == 2);
    CHECK(report.attempts[0].start == 31500us);
    CHECK(report.attempts[0].duration == 270250us);
    CHECK(report.attempts[0].error == error_code(net::error::operation_aborted));
    CHECK(report.attempts[1].start == 281500us);
    CHECK(report.attempts[1].duration == 20250us);
    CHECK_FALSE(report.attempts[1].error);
    CHECK(report.winner == 1U);
    CHECK(report.total == 301750us);
    CHECK(report.proxy == 0ns);
    CHECK(report.proxy_status == 0);
    CHECK(report.handshake == 0ns);
    CHECK(report.host == "server.test");
    CHECK(report.service == "443");
    CHECK(report.reason.empty());
    CHECK(to_string(report) == "host \"server.test\", service \"443\": connected in 301.7 ms\n"
                               "  lookup 31.5 ms: ok\n"
                               "  [2001:db8::1]:443 at 31.5 ms for 270.2 ms: " +
                                   words(net::error::operation_aborted) +
                                   "\n"
                                   "  192.0.2.1:443 at 281.5 ms for 20.2 ms: won");
}

TEST_CASE("the report of a failure") {
    report_fixture test;
    test.net.endpoint("192.0.2.1:443").clear().refuse(5ms);
    test.run("server.test", "443", 2s);
    CHECK(to_string(test.client.last_connect()) ==
          "host \"server.test\", service \"443\": connect failed after 2000.0 ms: " +
              words(errc::connect_timeout) +
              "\n"
              "  lookup 31.5 ms: ok\n"
              "  [2001:db8::1]:443 at 31.5 ms for 1968.5 ms: " +
              words(errc::connect_timeout) +
              "\n"
              "  192.0.2.1:443 at 281.5 ms for 5.0 ms: " +
              words(net::error::connection_refused));
}

TEST_CASE("the report of a lookup that failed") {
    report_fixture test;
    test.net.host("nowhere.test")
        .v6_fails(net::error::host_not_found, 10ms)
        .v4_fails(net::error::host_not_found, 25ms);
    test.run("nowhere.test", "443");
    CHECK(to_string(test.client.last_connect()) ==
          "host \"nowhere.test\", service \"443\": connect failed after 25.0 ms: " +
              words(net::error::host_not_found) + "\n  lookup 25.0 ms: " + words(net::error::host_not_found));
}

TEST_CASE("the report of a lookup that was stuck") {
    report_fixture test;
    test.net.host("stuck.test").v6_never().v4_never();
    test.run("stuck.test", "443", 100ms);
    const auto& report = test.client.last_connect();
    CHECK(report.lookup == 100ms);
    CHECK(report.lookup_error == error_code(errc::resolve_timeout));
    CHECK(to_string(report) == "host \"stuck.test\", service \"443\": connect failed after 100.0 ms: " +
                                   words(errc::resolve_timeout) +
                                   "\n  lookup 100.0 ms: " + words(errc::resolve_timeout));
}

TEST_CASE(
    "the report says when a lookup had to wait, that it never began, and for how long its answer holds") {
    uplink::connect_report report{.lookup = 1500us, .lookup_began = 999us};
    CHECK(to_string(report) == "connected in 0.0 ms\n  lookup 1.5 ms: ok");
    report.lookup_began = 1ms;
    report.time_to_live = 300s;
    CHECK(to_string(report) ==
          "connected in 0.0 ms\n  lookup 1.5 ms, began at 1.0 ms: ok, time to live 300 s");
    report.lookup_began.reset();
    report.time_to_live.reset();
    report.lookup_error = report.error = errc::resolve_timeout;
    CHECK(to_string(report) == "connect failed after 0.0 ms: " + words(errc::resolve_timeout) +
                                   "\n  lookup 1.5 ms, never began: " + words(errc::resolve_timeout));
}

TEST_CASE("a connect that is refused has nothing of the connect before it in its report") {
    report_fixture test;
    test.run("server.test", "443");
    CHECK(test.client.last_connect().lookup_began == 0ns);
    test.client.close();
    connect_completion refused;
    test.client.async_connect("server test", "443", refused.handler(test.net));
    test.net.run();
    const auto& report = test.client.last_connect();
    CHECK(report.error == error_code(net::error::invalid_argument));
    CHECK(report.attempts.empty());
    CHECK_FALSE(report.winner);
    CHECK(report.lookup == 0ns);
    CHECK_FALSE(report.lookup_began);
    CHECK_FALSE(report.time_to_live);
    CHECK_FALSE(report.lookup_error);
    CHECK(report.total == 0ns);
}

TEST_CASE("the report of an argument that makes no sense") {
    report_fixture test;
    test.run("server test", "443");
    CHECK(to_string(test.client.last_connect()) ==
          "host \"server test\", service \"443\": connect failed after 0.0 ms: " +
              words(net::error::invalid_argument) + " (host has a space or a control character)");
}

TEST_CASE("a new connect begins a new report, and a refused one leaves it alone") {
    report_fixture test;
    test.run("server.test", "443");
    const std::string before = to_string(test.client.last_connect());
    connect_completion refused;
    test.client.async_connect("server.test", "443", refused.handler(test.net));
    test.net.run();
    CHECK(refused.ec == error_code(net::error::already_connected));
    CHECK(to_string(test.client.last_connect()) == before);
    test.client.close();
    CHECK(to_string(test.client.last_connect()) == before);
    test.client.async_connect(place("192.0.2.7"), test.connect.handler(test.net));
    REQUIRE(test.client.last_connect().attempts.size() == 1);  // what has happened so far
    CHECK(test.client.last_connect().attempts[0].error == error_code(net::error::in_progress));
    CHECK_FALSE(test.client.last_connect().error);
    test.net.run();
    CHECK(to_string(test.client.last_connect()) ==
          "connect failed after 0.0 ms: " + words(net::error::connection_refused) +
              "\n  192.0.2.7:80 at 0.0 ms for 0.0 ms: " + words(net::error::connection_refused));
}

TEST_CASE("the report is complete when the handler runs, and can be read after a move") {
    report_fixture test;
    bool was_called = false;
    test.client.async_connect("server.test", "443", [&](error_code ec, net::ip::tcp::endpoint endpoint) {
        was_called = true;
        CHECK_FALSE(ec);
        const auto& report = test.client.last_connect();
        CHECK(report.total == test.net.elapsed());
        CHECK(report.attempts.at(report.winner.value()).endpoint == endpoint);
    });
    test.net.run();
    CHECK(was_called);
    const simulated_client moved(std::move(test.client));
    CHECK(moved.last_connect().winner == 1U);
}

}  // namespace

}  // namespace uplink::tests
