// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The time limit of async_connect: one for lookup and attempts together, as a duration or a time point, in place
// of the option's 30 seconds.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"

#include <functional>
#include <limits>
#include <system_error>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using limit_type = simulated_client::time_limit;

struct black_hole {
    uplink::testing::network net;
    simulated_client client;
    connect_completion connect;

    explicit black_hole(uplink::client_options options = {})
        : client(net.get_executor(), std::move(options)) {
        net.host("server.test").v4({"192.0.2.1"}, 100ms);
        net.host("stuck.test").v4_never().v6_never();
        net.elsewhere().black_hole();
    }
    void check_timeout(const error_code& expected, std::chrono::nanoseconds at) {
        net.run();
        CHECK(connect == not_established(expected));
        CHECK(connect.at == at);
        CHECK(connect.ec == uplink::condition::timeout);
        CHECK(connect.ec == std::errc::timed_out);
        CHECK_FALSE(connect.ec == uplink::condition::cancelled);
        CHECK_FALSE(connect.ec == error_code(net::error::timed_out));
        CHECK(net.open_sockets() == 0);
        CHECK(net.pending_operations() == 0);
        CHECK(client.last_connect().error == expected);
        CHECK(client.last_connect().total == at);
    }
};

TEST_CASE("a limit may be a duration of any unit") {
    black_hole test;
    SECTION("milliseconds") {
        test.client.async_connect("server.test", "80", 700ms, test.connect.handler(test.net));
        test.check_timeout(errc::connect_timeout, 700ms);
    }
    SECTION("seconds") {
        test.client.async_connect("192.0.2.1", "80", 2s, test.connect.handler(test.net));
        test.check_timeout(errc::connect_timeout, 2s);
    }
    SECTION("a number of days in floating point") {
        const std::chrono::duration<double, std::ratio<86400>> half_a_day(0.5);
        test.client.async_connect(place("192.0.2.1"), half_a_day, test.connect.handler(test.net));
        test.check_timeout(errc::connect_timeout, 12h);
    }
    SECTION("a nanosecond") {
        test.client.async_connect("server.test", "80", 1ns, test.connect.handler(test.net));
        test.check_timeout(errc::resolve_timeout, 1ns);
    }
}

TEST_CASE("a limit that is a time point bounds a whole conversation") {
    black_hole test;
    const limit_type deadline = test.net.now() + 1s;
    test.client.async_connect("server.test", "80", deadline, test.connect.handler(test.net));
    test.check_timeout(errc::connect_timeout, 1s);

    connect_completion again;  // the same time point has passed now
    test.client.async_connect("server.test", "80", deadline, again.handler(test.net));
    test.net.run();
    CHECK(again == not_established(errc::resolve_timeout));
    CHECK(again.at == 1s);
    CHECK(test.net.attempts().size() == 1);
}

TEST_CASE("a duration is counted from each initiation") {
    black_hole test;
    const limit_type limit = 1s;
    for (const auto end : {1s, 2s, 3s}) {
        connect_completion connect;
        test.client.async_connect(place("192.0.2.1"), limit, connect.handler(test.net));
        test.net.run();
        CHECK(connect == not_established(errc::connect_timeout));
        CHECK(connect.at == end);
    }
}

TEST_CASE("without a limit connect.timeout holds, which is 30 seconds") {
    SECTION("by default") {
        black_hole test;
        test.client.async_connect("server.test", "80", test.connect.handler(test.net));
        test.check_timeout(errc::connect_timeout, 30s);
    }
    SECTION("by default, stuck in the lookup") {
        black_hole test;
        test.client.async_connect("stuck.test", "80", test.connect.handler(test.net));
        test.check_timeout(errc::resolve_timeout, 30s);
    }
    SECTION("as the option says") {
        black_hole test({.connect = {.timeout = 3s}});
        test.client.async_connect(place("192.0.2.1"), test.connect.handler(test.net));
        test.check_timeout(errc::connect_timeout, 3s);
    }
}

TEST_CASE("a limit that is given replaces connect.timeout, longer or none at all") {
    SECTION("longer") {
        black_hole test({.connect = {.timeout = 3s}});
        test.client.async_connect("server.test", "80", 60s, test.connect.handler(test.net));
        test.check_timeout(errc::connect_timeout, 60s);
    }
    SECTION("none, with a black hole") {
        black_hole test;
        test.client.async_connect("server.test", "80", limit_type(), test.connect.handler(test.net));
        test.net.run_for(24h * 365);
        CHECK(test.connect.calls == 0);
        CHECK(test.net.open_sockets() == 1);
        test.client.cancel();
        test.net.run();
        CHECK(test.connect == not_established(net::error::operation_aborted));
    }
    SECTION("none, with a slow server") {
        black_hole test;
        test.net.endpoint("192.0.2.1:80").accept(100h);
        test.client.async_connect("server.test", "80", limit_type(), test.connect.handler(test.net));
        test.net.run();
        CHECK(test.connect == established());
        CHECK(test.connect.at == 100h + 100ms);
    }
}

TEST_CASE("a limit beyond the clock is none") {
    for (const limit_type limit :
         {limit_type(std::chrono::nanoseconds::max()), limit_type(std::chrono::hours::max()),
          limit_type(std::chrono::duration<double>(std::numeric_limits<double>::infinity())),
          limit_type(uplink::testing::clock::time_point::max())}) {
        black_hole test;
        test.client.async_connect("server.test", "80", limit, test.connect.handler(test.net));
        test.net.run_for(24h * 365);
        CHECK(test.connect.calls == 0);
        CHECK(test.client.last_connect().total == 0ns);
    }
}

TEST_CASE("what happens at the instant of the limit goes before it") {
    black_hole test;
    test.net.endpoint("192.0.2.1:80").accept(200ms);
    test.client.async_connect("server.test", "80", 300ms, test.connect.handler(test.net));
    test.net.run();
    CHECK(test.connect == established());
    CHECK(test.connect.at == 300ms);
}

TEST_CASE("an old limit does not reach the next connect") {
    black_hole test;
    test.net.endpoint("192.0.2.1:80").refuse().then().accept(5s);
    test.client.async_connect(place("192.0.2.1"), 1s, test.connect.handler(test.net));
    test.net.poll();
    CHECK(test.connect == not_established(net::error::connection_refused));
    connect_completion again;
    test.client.async_connect(place("192.0.2.1"), 10s, again.handler(test.net));
    test.net.run();
    CHECK(again == established());
    CHECK(again.at == 5s);
    test.net.run_for(1h);
    CHECK(test.client.is_open());
}

}  // namespace

}  // namespace uplink::tests
