// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect over a socket that is connected already, on the simulated network and on loopback: what it takes, and
// what it leaves with the caller. How it ends early is in handed_socket_ends_test.cpp, and sockets of every
// origin are in handed_socket_origins_test.cpp.
#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

const error_code invalid = net::error::invalid_argument;

template <class World> using client_of = async_client<typename World::stream>;

peer_script answers() { return peer_script().expect("question").expect_eof().reply("answer").close(); }

template <class Client, class World> void check_exchange(Client& client, World& world) {
    completion exchanged;
    client.async_exchange(std::string("question"), half_close, record(exchanged));
    world.run();
    CHECK(exchanged == completed(success, 6));
    CHECK(client.state().view() == "answer");
}

}  // namespace

TEMPLATE_TEST_CASE("a client goes on with a socket that is handed over, and reports one attempt", "[handed]",
                   simulated_world, loopback_world) {
    TestType world(answers());
    auto socket = world.connected_socket();
    client_of<TestType> client(world.executor());
    completion connected;
    client.async_connect(std::move(socket), "server.test", record(connected));
    CHECK_FALSE(socket.is_open());
    CHECK_FALSE(connected);
    world.run_until(connected);
    CHECK(connected == completed(success));
    CHECK(connected.endpoint == world.server_endpoint());
    CHECK(client.remote_endpoint() == world.server_endpoint());
    const auto& report = client.last_connect();
    CHECK(report.host == "server.test");
    CHECK(report.service.empty());
    REQUIRE(report.attempts.size() == 1);
    CHECK(report.attempts[0].endpoint == world.server_endpoint());
    CHECK_FALSE(report.attempts[0].error);
    CHECK(report.winner == 0U);
    CHECK(report.lookup == 0ns);
    CHECK_FALSE(report.error);
    check_exchange(client, world);
}

TEMPLATE_TEST_CASE("a host is not needed where nobody verifies it", "[handed]", simulated_world,
                   loopback_world) {
    TestType world(answers());
    client_of<TestType> client(world.executor());
    completion connected;
    client.async_connect(world.connected_socket(), 5s, record(connected));
    world.run_until(connected);
    CHECK(connected == completed(success));
    CHECK(client.last_connect().host.empty());
    check_exchange(client, world);
}

TEMPLATE_TEST_CASE("a client that is connecting or connected leaves the socket with the caller", "[handed]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().take_all());
    auto socket = world.connected_socket();
    client_of<TestType> client(world.executor());
    completion first, second, third;
    client.async_connect(world.server_endpoint(), record(first));
    client.async_connect(std::move(socket), record(second));
    CHECK(socket.is_open());
    world.run_until([&] { return first && second; });
    CHECK(first == completed(success));
    CHECK(second == completed(errc::operation_in_progress));
    client.async_connect(std::move(socket), "host", record(third));
    CHECK(socket.is_open());
    world.run_until(third);
    CHECK(third == completed(net::error::already_connected));
    CHECK(client.is_open());
    error_code ec;
    CHECK(socket.remote_endpoint(ec) == world.server_endpoint());
    CHECK_FALSE(ec);
    socket.close();
    client.close();
    world.run();
}

TEMPLATE_TEST_CASE("a socket that is not open or has no peer is invalid_argument", "[handed]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().close());
    client_of<TestType> client(world.executor());
    completion connected;
    typename TestType::stream closed(world.executor());
    client.async_connect(std::move(closed), record(connected));
    world.run_until(connected);
    CHECK(connected == completed(invalid));
    CHECK(client.last_connect().reason == "the socket is not open");
    CHECK(client.last_connect().attempts.empty());
    CHECK(client.last_connect().error == invalid);
    completion used;
    client.async_connect(world.connected_socket(), record(used));  // the client connects again
    world.run_until(used);
    CHECK(used == completed(success));
    client.close();
    world.run();
}

TEMPLATE_TEST_CASE("any other failure closes the socket", "[handed]", simulated_world, loopback_world) {
    TestType world(peer_script().take_all());
    const std::string none, spaces = "a b", port = "server.test:80", star = "*", long_name(254, 'a');
    for (const std::string& host : {none, spaces, port, star, long_name}) {
        INFO(host);
        client_of<TestType> client(world.executor());
        completion connected;
        auto socket = world.connected_socket();
        client.async_connect(std::move(socket), host, record(connected));
        CHECK_FALSE(socket.is_open());
        world.run_until(connected);
        CHECK(connected == completed(invalid));
        CHECK(client.last_connect().host == host);
        CHECK_FALSE(client.last_connect().reason.empty());
        CHECK_FALSE(world.has_socket(client));
    }
    client_of<TestType> client(world.executor(), {.close_timeout = 0s});
    completion connected;
    auto socket = world.connected_socket();
    client.async_connect(std::move(socket), record(connected));
    CHECK_FALSE(socket.is_open());
    world.run();
    CHECK(connected == completed(invalid));
    CHECK(client.last_connect().reason == "close_timeout must be above zero");
}

TEMPLATE_TEST_CASE("a socket whose peer has ended is connected, and is read to its end", "[handed]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().reply("last words").half_close().expect_eof().close());
    auto socket = world.connected_socket();
    world.settle();
    client_of<TestType> client(world.executor());
    completion connected, received;
    client.async_connect(std::move(socket), record(connected));
    world.run_until(connected);
    CHECK(connected == completed(success));
    client.async_receive(record(received));
    world.run_until(received);
    CHECK(received == completed(success, 10));
    client.close();
    world.run();
}

TEMPLATE_TEST_CASE("a token that starts later keeps the socket until then", "[handed]", simulated_world,
                   loopback_world) {
    TestType world(answers());
    auto socket = world.connected_socket();
    client_of<TestType> client(world.executor());
    completion connected;
    auto later = client.async_connect(std::move(socket), "host", tokens::deferred);
    CHECK_FALSE(socket.is_open());
    CHECK(client.last_connect().host.empty());
    std::move(later)(record(connected));
    world.run_until(connected);
    CHECK(connected == completed(success));
    check_exchange(client, world);
}

TEMPLATE_TEST_CASE("a connect clears the state, and replaces a connection that has failed", "[handed]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().reply("old").close());
    auto client = world.connected();
    completion received, connected, next;
    client.async_receive(record(received));
    world.run_until(received);
    REQUIRE(client.state().view() == "old");
    client.async_connect(world.connected_socket(), record(connected));
    world.run_until(connected);
    CHECK(connected == completed(success));
    CHECK(client.state().empty());
    client.async_receive(record(next));
    world.run_until(next);
    CHECK(next == completed(success, 3));
    client.close();
    world.run();
}

}  // namespace uplink::tests
