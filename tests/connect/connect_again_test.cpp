// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that is asked to connect more than once: while it connects, while it is connected, after a failure,
// after close() and after its connection has been reset.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::testing::moment;

struct again_fixture {
    uplink::testing::network net;
    simulated_client client{net.get_executor()};
    connect_completion first;
    connect_completion second;

    again_fixture() {
        net.host("server.test").v4({"192.0.2.1"}, 10ms);
        net.endpoint("192.0.2.1:80").accept(20ms);
        net.endpoint("192.0.2.2:80").accept(20ms);
    }
    void connect_first() {
        client.async_connect("server.test", "80", first.handler(net));
        net.run();
        REQUIRE(first == established());
    }
};

TEST_CASE("a second connect while one runs is operation_in_progress and disturbs nothing") {
    again_fixture test;
    test.client.async_connect("server.test", "80", test.first.handler(test.net));
    for (const auto at : {0ms, 5ms, 10ms, 15ms}) {
        INFO("at " << at.count() << " ms");
        test.net.run_until(test.net.now() - test.net.elapsed() + at);
        connect_completion by_name, by_endpoint, senseless;
        test.client.async_connect("server.test", "80", by_name.handler(test.net));
        test.client.async_connect(place("192.0.2.2"), 1ms, by_endpoint.handler(test.net));
        test.client.async_connect("", "", senseless.handler(test.net));
        CHECK(by_name.calls + by_endpoint.calls + senseless.calls == 0);
        test.net.poll();
        for (const connect_completion* refused : {&by_name, &by_endpoint, &senseless}) {
            CHECK(refused->calls == 1);
            CHECK(refused->ec == error_code(errc::operation_in_progress));
            CHECK(refused->at == at);
        }
        CHECK(test.first.calls == 0);
    }
    test.net.run();
    CHECK(test.first == established());
    CHECK(test.first.at == 30ms);
    CHECK(test.net.attempts().size() == 1);
    CHECK(test.net.lookups().size() == 2);
    CHECK_FALSE(test.client.last_connect().error);
    CHECK(test.client.last_connect().total == 30ms);
}

TEST_CASE("a connect on an open client is already_connected and disturbs nothing") {
    again_fixture test;
    test.net.endpoint("192.0.2.1:80").reply("hello");
    test.connect_first();
    std::string received;
    test.client.async_receive_exactly(10, [&](error_code, std::string_view text) { received = text; });
    test.net.poll();
    const std::size_t operations = test.net.operations();
    connect_completion by_name, by_endpoint, senseless;
    test.client.async_connect("server.test", "80", by_name.handler(test.net));
    test.client.async_connect(place("192.0.2.2"), 0s, by_endpoint.handler(test.net));
    test.client.async_connect("", "", senseless.handler(test.net));
    CHECK(by_name.calls + by_endpoint.calls + senseless.calls == 0);
    test.net.run();
    for (const connect_completion* refused : {&by_name, &by_endpoint, &senseless}) {
        CHECK(refused->calls == 1);
        CHECK(refused->ec == error_code(net::error::already_connected));
    }
    CHECK(test.net.operations() == operations);
    CHECK(test.client.is_open());
    CHECK(test.client.state().str() == "hello");
    CHECK(test.client.last_connect().total == 30ms);
    CHECK(test.client.remote_endpoint() == place("192.0.2.1"));
}

TEST_CASE("after a failure the same client connects again, on a fresh socket, with a new report") {
    again_fixture test;
    test.net.endpoint("192.0.2.3:80").refuse(7ms);
    test.client.async_connect(place("192.0.2.3"), test.first.handler(test.net));
    test.net.run();
    CHECK(test.first == not_established(net::error::connection_refused));
    CHECK(test.client.last_connect().attempts.size() == 1);
    test.client.async_connect("server.test", "80", test.second.handler(test.net));
    CHECK(test.client.last_connect().attempts.empty());  // that of the connect that runs
    test.net.run();
    CHECK(test.second == established());
    CHECK_FALSE(test.client.last_connect().error);
    CHECK(test.client.last_connect().total == 30ms);
}

TEST_CASE("a connect may be started in the handler of the one that failed") {
    again_fixture test;
    test.net.endpoint("192.0.2.3:80").refuse();
    int failures = 0;
    auto next = test.second.handler(test.net);
    test.client.async_connect(place("192.0.2.3"), [&](error_code ec, net::ip::tcp::endpoint) {
        CHECK(ec == error_code(net::error::connection_refused));
        ++failures;
        test.client.async_connect(place("192.0.2.2"), next);
        CHECK(test.second.calls == 0);
    });
    test.net.run();
    CHECK(failures == 1);
    CHECK(test.second == established());
}

TEST_CASE("after close the same client connects again, with state() cleared") {
    again_fixture test;
    test.net.endpoint("192.0.2.1:80").reply("left over");
    test.connect_first();
    error_code received;
    test.client.async_receive([&](error_code ec, std::size_t) { received = ec; });
    test.net.run();
    test.client.close();
    test.net.run();
    CHECK(received == error_code(net::error::operation_aborted));
    CHECK(test.client.state().str() == "left over");
    CHECK(test.net.open_sockets() == 0);
    test.client.async_connect(place("192.0.2.2"), test.second.handler(test.net));
    test.net.run();
    CHECK(test.second == established());
    CHECK(test.client.state().empty());
    CHECK(test.net.attempts().size() == 2);
    CHECK(test.net.attempts()[0].closed);
}

TEST_CASE("after close a connect may be started before the old operations have been told") {
    again_fixture test;
    test.net.endpoint("192.0.2.1:80").reply("left over");
    test.connect_first();
    error_code received, sent;
    bool was_told = false;
    const std::string much(1 << 20, 'x');
    test.client.async_receive([&](error_code ec, std::size_t) { received = ec, was_told = true; });
    test.client.async_send(net::buffer(much), [&](error_code ec, std::size_t) { sent = ec; });
    test.client.close();
    test.client.async_connect(place("192.0.2.2"), test.second.handler(test.net));
    CHECK_FALSE(was_told);
    test.net.run();
    CHECK(received == error_code(net::error::operation_aborted));
    CHECK(sent == error_code(net::error::operation_aborted));
    CHECK(test.second == established());
    CHECK(test.client.state().empty());
    CHECK(test.client.remote_endpoint() == place("192.0.2.2"));
}

TEST_CASE("after a reset that was latched the client connects again without close()") {
    again_fixture test;
    test.net.endpoint("192.0.2.1:80").reply("part").after(5ms).reset();
    test.connect_first();
    error_code received;
    test.client.async_receive([&](error_code ec, std::size_t) { received = ec; });
    test.net.run();
    CHECK(received == error_code(net::error::connection_reset));
    CHECK(test.client.state().str() == "part");
    test.client.async_connect(place("192.0.2.2"), test.second.handler(test.net));
    test.net.run();
    CHECK(test.second == established());
    CHECK(test.client.state().empty());
    CHECK(test.net.open_sockets() == 1);
    CHECK(test.client.remote_endpoint() == place("192.0.2.2"));
}

TEST_CASE("a hundred connects on one client leave one socket") {
    again_fixture test;
    for (int i = 0; i != 100; ++i) {
        connect_completion connect;
        test.client.async_connect("server.test", "80", connect.handler(test.net));
        test.net.run();
        CHECK(connect == established());
        test.client.close();
        CHECK(test.net.open_sockets() == 0);
    }
}

/// The connect has succeeded and its handler is about to be called, in one batch with that of a refused one.
struct decided_together : again_fixture {
    template <class Action> void run(Action in_the_handler_before) {
        net.on_operation(3, moment::completed, [=, this] {
            client.async_connect("server.test", "80", [=](error_code ec, net::ip::tcp::endpoint) {
                CHECK(ec == error_code(errc::operation_in_progress));
                in_the_handler_before();
            });
        });
        client.async_connect("server.test", "80", first.handler(net));
        net.run();
    }
};

TEST_CASE("a connect that has succeeded but was not told yet: after close() it is operation_aborted") {
    decided_together test;
    test.run([&] { test.client.close(); });
    CHECK(test.first == not_established(net::error::operation_aborted));
    CHECK(test.net.open_sockets() == 0);
    CHECK(test.client.last_connect().error == test.first.ec);
}

TEST_CASE("a connect that has succeeded but was not told yet: after destruction it is operation_aborted") {
    decided_together test;
    test.run([&] { simulated_client(std::move(test.client)); });
    CHECK(test.first == not_established(net::error::operation_aborted));
    CHECK(test.net.open_sockets() == 0);
}

TEST_CASE("a connect that has succeeded but was not told yet: after cancel() it may be either") {
    decided_together test;
    test.run([&] { test.client.cancel(); });
    CHECK((test.first == established() || test.first == not_established(net::error::operation_aborted)));
    CHECK(test.net.open_sockets() == (test.first.ec ? 0 : 1));
    CHECK(test.client.last_connect().error == test.first.ec);
}

}  // namespace

}  // namespace uplink::tests
