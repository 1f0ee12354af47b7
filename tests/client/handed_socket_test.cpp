// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect over a socket that is connected already, on the simulated network and on loopback: what it takes, what
// it leaves with the caller, and how each step of it ends early.
#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/tokens.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <optional>
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

TEMPLATE_TEST_CASE("an expired limit is connect_timeout, and closes the socket", "[handed]", simulated_world,
                   loopback_world) {
    TestType world(peer_script().take_all());
    for (const bool with_host : {false, true}) {
        client_of<TestType> client(world.executor());
        completion connected;
        auto socket = world.connected_socket();
        if (with_host) client.async_connect(std::move(socket), "host", -1s, record(connected));
        else client.async_connect(std::move(socket), 0s, record(connected));
        CHECK_FALSE(socket.is_open());
        world.run();
        CHECK(connected == completed(errc::connect_timeout));
        CHECK_FALSE(world.has_socket(client));
    }
}

TEMPLATE_TEST_CASE("a cancel, close or destruction before the handler leaves no socket", "[handed]",
                   simulated_world, loopback_world) {
    enum class end { cancel, close, destroy, signal };
    for (const end by : {end::cancel, end::close, end::destroy, end::signal}) {
        TestType world(peer_script().take_all());
        std::optional<client_of<TestType>> client(std::in_place, world.executor());
        net::cancellation_signal signal;
        completion connected;
        client->async_connect(world.connected_socket(), "host",
                              net::bind_cancellation_slot(signal.slot(), record(connected)));
        switch (by) {
        case end::cancel: client->cancel(); break;
        case end::close: client->close(); break;
        case end::destroy: client.reset(); break;
        case end::signal: signal.emit(net::cancellation_type::total); break;
        }
        CHECK_FALSE(connected);
        world.run();
        CHECK(connected == completed(aborted));
        if (!client) continue;
        CHECK_FALSE(client->is_open());
        CHECK_FALSE(world.has_socket(*client));
        CHECK(client->last_connect().error == aborted);
        completion again;
        client->async_connect(world.connected_socket(), record(again));
        world.run_until(again);
        CHECK(again == completed(success));
        client->close();
        world.run();
    }
}

TEMPLATE_TEST_CASE("close() between the success and its handler closes the socket", "[handed]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().take_all());
    client_of<TestType> client(world.executor());
    completion connected;
    client.async_connect(world.connected_socket(), [&](error_code ec, auto endpoint) {
        connected.set(ec, endpoint);
        client.close();
    });
    world.run();
    CHECK(connected == completed(success));
    CHECK_FALSE(world.has_socket(client));
}

TEMPLATE_TEST_CASE("a socket that was reset meanwhile fails with its own error", "[handed]", simulated_world,
                   loopback_world) {
    TestType world(peer_script().when_signalled().reset());
    auto socket = world.connected_socket();
    world.signal();
    if constexpr (TestType::is_simulated) world.net.run();
    else REQUIRE(wait_until_gone(socket.native_handle()));
    client_of<TestType> client(world.executor());
    completion connected;
    client.async_connect(std::move(socket), "host", record(connected));
    CHECK_FALSE(socket.is_open());
    world.run();
    CHECK(connected == completed(was_reset));
    REQUIRE(client.last_connect().attempts.size() == 1);
    CHECK(client.last_connect().attempts[0].error == was_reset);
    CHECK(client.last_connect().error == was_reset);
    CHECK_FALSE(client.is_open());
    CHECK_FALSE(world.has_socket(client));
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

TEMPLATE_TEST_CASE("a deferred connect whose client is gone closes the socket", "[handed]", simulated_world,
                   loopback_world) {
    TestType world(peer_script().take_all());
    std::optional<client_of<TestType>> client(std::in_place, world.executor());
    completion connected;
    {
        auto later = client->async_connect(world.connected_socket(), tokens::deferred);
        client.reset();
        std::move(later)(record(connected));
        CHECK(world.peer_has_ended());
    }
    world.run();
    CHECK(connected == completed(aborted));
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

TEST_CASE("on the simulated network the attempt keeps its record, with the client's options", "[handed]") {
    simulated_world world(peer_script().take_all());
    async_client<testing::socket> client(
        world.executor(), {.connect = {.local_port = 7}, .socket = {.dscp = 10, .reset_on_close = true}});
    completion connected;
    client.async_connect(world.connected_socket(), record(connected));
    world.settle();
    REQUIRE(connected == completed(success));
    REQUIRE(world.net.attempts().size() == 1);
    CHECK(world.net.attempts()[0].options.dscp == 10);
    CHECK(world.net.attempts()[0].local.port() != 7);
    CHECK(world.net.open_sockets() == 1);
    client.close();
    world.run();
    CHECK(world.net.attempts()[0].reset);
}

TEST_CASE("a socket of another simulated network is invalid_argument", "[handed]") {
    simulated_world there(peer_script().take_all());
    simulated_world here(peer_script().take_all());
    async_client<testing::socket> client(here.executor());
    completion connected;
    client.async_connect(there.connected_socket(), record(connected));
    here.run();
    CHECK(connected == completed(invalid));
    CHECK(there.net.open_sockets() == 0);
}

TEST_CASE_METHOD(client_test, "accepted sockets are handed over, and descriptors known by their number",
                 "[handed]") {
    using tcp = net::ip::tcp;
    enum class from { accept, accept_without_blocking, number, number_without_blocking };
    for (const from origin :
         {from::accept, from::accept_without_blocking, from::number, from::number_without_blocking}) {
        INFO("origin " << static_cast<int>(origin));
        tcp::acceptor listener(io, tcp::endpoint(net::ip::address_v4::loopback(), 0));
        tcp::socket peer(io), socket(io);
        peer.connect(listener.local_endpoint());
        listener.accept(socket);
        if (origin == from::accept_without_blocking) socket.non_blocking(true);
        if (origin == from::number || origin == from::number_without_blocking) {
            const int inherited = ::dup(socket.native_handle());  // not close-on-exec, as after exec
            socket.close();
            if (origin == from::number_without_blocking) ::fcntl(inherited, F_SETFL, O_NONBLOCK);
            socket = tcp::socket(io, tcp::v4(), inherited);
        }
        async_client client(io);
        completion connected, sent, received;
        client.async_connect(std::move(socket), record(connected));
        run();
        REQUIRE(connected == completed(success));
        CHECK(connected.endpoint == peer.local_endpoint());
        const int descriptor = client.lowest_layer().native_handle();
        CHECK(::fcntl(descriptor, F_GETFD) == FD_CLOEXEC);
        client.async_receive(record(received));
        io.poll();
        CHECK_FALSE(received);  // it waits, and does not block
        client.async_send(std::string("ping"), record(sent));
        run_until(sent);
        char bytes[4]{};
        CHECK(peer.read_some(net::buffer(bytes)) == 4);
        CHECK(peer.write_some(net::buffer("pong", 4)) == 4);
        peer.close();
        run();
        CHECK(received == completed(success, 4));
        CHECK(client.state().view() == "pong");
    }
}

TEST_CASE_METHOD(client_test, "a handed-over socket needs no proxy, no hook and no binding", "[handed]") {
    loopback_server server({server_script().expect_eof().close()});
    bool is_called = false;
    client_options options{.connect = {.local_port = 1, .network_interface = "nowhere"},
                           .proxy = http_proxy{.host = "127.0.0.1", .port = 1}};
    options.socket.before_connect = [&](auto, const auto&) {
        is_called = true;
        return error_code();
    };
    // The peer has an IPv4 address. The first of these would exclude it, the second is not of this machine.
    for (const char* const address : {"::1", "192.0.2.7"}) {
        INFO(address);
        net::ip::tcp::socket socket(io);
        socket.connect({net::ip::make_address(server.host()), server.port()});
        options.connect.local_addresses = {address};
        async_client client(io, options);
        completion connected;
        client.async_connect(std::move(socket), "host", record(connected));
        run();
        CHECK(connected == completed(success));
        CHECK_FALSE(is_called);
        CHECK(client.last_connect().proxy == 0ns);
        CHECK(client.last_connect().attempts.size() == 1);
    }
}

}  // namespace uplink::tests
