// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect where the stream shakes hands after connecting: the race is over the TCP connect, and the rest
// uses what is left of the same limit.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/handshaking_stream.hpp"

#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using client_type = uplink::async_client<handshaking_stream>;

TEST_CASE("H57: the race ends at the TCP connect, the operation with the handshake") {
    uplink::testing::network net;
    net.host("server.test").v4({"192.0.2.1", "192.0.2.2"});
    net.endpoint("192.0.2.1:80").accept(270ms);
    net.endpoint("192.0.2.2:80").accept(10ms).expect("hello server.test;").after(20ms).reply("welcome;");
    client_type client(net.get_executor());
    connect_completion connect;
    client.async_connect("server.test", "80", connect.handler(net));
    net.run_until([&] { return net.attempts().size() == 2 && net.attempts()[1].connected; });
    net.poll();
    REQUIRE(net.attempts().size() == 2);
    CHECK(net.attempts()[0].closed == 260ms);  // while the other shakes hands
    CHECK(net.open_sockets() == 1);
    CHECK(connect.calls == 0);
    net.run();
    CHECK(connect.calls == 1);
    CHECK_FALSE(connect.ec);
    CHECK(connect.endpoint == place("192.0.2.2"));
    CHECK(connect.at == 280ms);
    CHECK(connect.open == 1);
    CHECK(net.failures().empty());
    CHECK(net.attempts()[0].written == 0);
    const auto& report = client.last_connect();
    CHECK(report.winner == 1U);
    CHECK(report.attempts.at(1).duration == 10ms);
    CHECK(report.attempts.at(0).error == error_code(net::error::operation_aborted));
    CHECK(report.handshake == 20ms);
    CHECK(report.total == 280ms);
}

TEST_CASE("the handshake is told the host that was asked for, a literal without brackets") {
    for (const std::string host : {"server.test", "192.0.2.2", "[2001:db8::2]"}) {
        INFO(host);
        const std::string told_host = host.front() == '[' ? host.substr(1, host.size() - 2) : host;
        uplink::testing::network net;
        net.host("server.test").v4({"192.0.2.2"});
        for (const char* where : {"192.0.2.2:80", "[2001:db8::2]:80"}) {
            net.endpoint(where).accept().expect("hello " + told_host + ";").reply("welcome;");
        }
        client_type client(net.get_executor());
        connect_completion connect;
        client.async_connect(host, "80", connect.handler(net));
        net.run();
        CHECK(connect.calls == 1);
        CHECK_FALSE(connect.ec);
        CHECK(net.failures().empty());
    }
}

TEST_CASE("the handshake is told an endpoint's address") {
    uplink::testing::network net;
    net.endpoint("192.0.2.1:80").refuse();
    net.endpoint("[2001:db8::2]:80").accept().expect("hello 2001:db8::2;").reply("welcome;");
    client_type client(net.get_executor());
    connect_completion connect;
    client.async_connect(std::vector{place("192.0.2.1"), place("2001:db8::2")}, connect.handler(net));
    net.run();
    CHECK_FALSE(connect.ec);
    CHECK(net.failures().empty());
}

TEST_CASE(
    "a failed handshake is the operation's error: no other address is tried, and the client connects again") {
    uplink::testing::network net;
    net.host("server.test").v4({"192.0.2.1", "192.0.2.2"});
    net.endpoint("192.0.2.1:80").accept(10ms).expect("hello server.test;").reply("go away;");
    net.endpoint("192.0.2.1:80").then().accept().expect("hello server.test;").reply("welcome;");
    client_type client(net.get_executor());
    connect_completion connect;
    client.async_connect("server.test", "80", connect.handler(net));
    net.run();
    CHECK(connect.calls == 1);
    CHECK(connect.ec == error_code(errc::proxy_protocol_error));
    CHECK(connect.endpoint == net::ip::tcp::endpoint());
    CHECK(connect.open == 0);
    CHECK(net.attempts().size() == 1);
    CHECK_FALSE(client.is_open());
    CHECK(client.last_connect().error == connect.ec);
    CHECK_FALSE(client.last_connect().attempts.at(0).error);

    connect_completion again;
    client.async_connect("server.test", "80", again.handler(net));
    net.run();
    CHECK(again.calls == 1);
    CHECK_FALSE(again.ec);
    CHECK(again.open == 1);
}

TEST_CASE("a connection that is reset during the handshake is that error") {
    uplink::testing::network net;
    net.host("server.test").v4({"192.0.2.1"});
    net.endpoint("192.0.2.1:80").accept(10ms).expect("hello server.test;").after(5ms).reset();
    client_type client(net.get_executor());
    connect_completion connect;
    client.async_connect("server.test", "80", connect.handler(net));
    net.run();
    CHECK(connect.calls == 1);
    CHECK(connect.ec == error_code(net::error::connection_reset));
    CHECK(connect.open == 0);
    CHECK(net.elapsed() == 15ms);
    CHECK(client.last_connect().handshake == 5ms);
}

TEST_CASE("one limit covers lookup, race and handshake, and the code says which phase ran out") {
    uplink::testing::network net;
    net.host("server.test").v4({"192.0.2.1"}, 20ms);
    net.endpoint("192.0.2.1:80").accept(30ms).expect("hello server.test;").after(40ms).reply("welcome;");
    struct row {
        client_type::time_limit limit;
        error_code expected;
        std::chrono::nanoseconds end;
    };
    const std::vector<row> rows{{10ms, errc::resolve_timeout, 10ms},
                                {20ms - 1ns, errc::resolve_timeout, 20ms - 1ns},
                                {21ms, errc::connect_timeout, 21ms},
                                {50ms - 1ns, errc::connect_timeout, 50ms - 1ns},
                                {51ms, errc::handshake_timeout, 51ms},
                                {90ms - 1ns, errc::handshake_timeout, 90ms - 1ns},
                                {90ms, error_code(), 90ms},
                                {client_type::time_limit(), error_code(), 90ms}};
    for (const row& each : rows) {
        INFO(each.end.count() << " ns");
        client_type client(net.get_executor());
        connect_completion connect;
        const auto began = net.elapsed();
        client.async_connect("server.test", "80", each.limit, connect.handler(net));
        net.run();
        CHECK(connect.calls == 1);
        CHECK(connect.ec == each.expected);
        CHECK(connect.at - began == each.end);
        CHECK(connect.open == (each.expected ? 0 : 1));
        CHECK((connect.ec == uplink::condition::timeout) == bool(each.expected));
        CHECK(client.last_connect().error == each.expected);
        CHECK(client.last_connect().total == each.end);
    }
    CHECK(net.open_sockets() == 0);
}

}  // namespace

}  // namespace uplink::tests
