// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect over sockets of every origin: accepted, made of a descriptor, of another simulated network; and which of
// the client's options hold for them.
#include "support/both_worlds.hpp"
#include "support/catch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

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
    CHECK(connected == completed(net::error::invalid_argument));
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
