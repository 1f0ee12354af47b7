// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When the other side refuses, resets or goes: each operation ends, says so, and loses nothing that had come.
#include "support/both_worlds.hpp"
#include "support/reset_code.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

/// As a write that was pending would: each error of a socket is given out once.
int take_error(int descriptor) {
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

template <class Client> bool wait_for_reset(Client& client, loopback_server& server) {
    server.signal();
    return wait_until_gone(client.lowest_layer().native_handle());
}

/// The simulated network always says connection_reset.
template <class World> error_code reset_in(const completion& seen) {
    return World::is_simulated ? was_reset : reset_code(seen);
}

enum class way { whole, until, exactly, prefixed, some, read_some };
constexpr way every_way[] = {way::whole, way::until, way::exactly, way::prefixed, way::some, way::read_some};

}  // namespace

TEST_CASE_METHOD(client_test, "a refused port is connection_refused, and nothing is left open", "[connect]") {
    const refusing_port port;
    async_client client{io};
    const std::size_t before = open_descriptors();
    completion connected;
    client.async_connect("127.0.0.1", port.service(), record(connected));
    run();
    CHECK(connected == completed(net::error::connection_refused));
    CHECK_FALSE(client.is_open());
    CHECK(open_descriptors() == before);
    CHECK(client.last_connect().error == net::error::connection_refused);
    REQUIRE(client.last_connect().attempts.size() == 1);
    CHECK(client.last_connect().attempts[0].endpoint.port() == port.port());
    CHECK(client.last_connect().attempts[0].error == net::error::connection_refused);
}

TEST_CASE_METHOD(client_test, "a list of endpoints connects to the first that accepts", "[connect]") {
    const refusing_port port;
    loopback_server server(loopback_server::echo());
    const auto here = net::ip::make_address("127.0.0.1");
    const std::vector<net::ip::tcp::endpoint> endpoints{{here, port.port()}, {here, server.port()}};
    async_client client{io};
    completion connected;
    client.async_connect(endpoints, record(connected));
    run();
    CHECK(connected == completed(success));
    CHECK(connected.endpoint == endpoints[1]);
    CHECK(client.last_connect().winner == 1u);
}

TEST_CASE_METHOD(client_test, "a reset before sending fails the send and the receive", "[reset]") {
    loopback_server server({server_script().when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_for_reset(client, server));

    completion sent, received, later;
    client.async_send(std::string("too late"), record(sent));
    client.async_receive(record(received));
    run();
    CHECK(sent == completed(reset_code(sent), 0));
    CHECK(received == completed(reset_code(received)));
    client.async_send(std::string("later still"), record(later));
    run();
    CHECK(later == completed(reset_code(later)));
}

TEST_CASE_METHOD(client_test, "a reset before a half-close fails the half-close and the receive", "[reset]") {
    loopback_server server({server_script().when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_for_reset(client, server));

    completion ended, received;
    client.async_shutdown_send(record(ended));
    client.async_receive(record(received));
    run();
    CHECK(ended == completed(reset_code(ended)));
    CHECK(received == completed(reset_code(received)));
}

TEST_CASE_METHOD(client_test, "a reset while sending fails every send with the number that left",
                 "[reset][send]") {
    loopback_server server({server_script().expect_bytes(100'000).reset()}, {.buffer_size = 4096});
    const std::string bytes = many_bytes(16 << 20);
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);

    completion sent, behind, received;
    client.async_send(net::buffer(bytes), record(sent));
    client.async_send(std::string("behind"), record(behind));
    client.async_receive(record(received));
    run();
    CHECK(sent == completed(reset_code(sent), client.stats().bytes_sent));
    CHECK(sent.n >= 100'000);
    CHECK(sent.n < bytes.size());
    CHECK(behind == completed(reset_code(behind), 0));
    CHECK(received == completed(reset_code(received)));
    CHECK(client.send_queue_bytes() == 0);
}

TEST_CASE_METHOD(client_test, "a reset after sending is an error of the receive, not an end", "[reset]") {
    loopback_server server({server_script().expect("question").when_signalled().reset()});
    async_client client{io};
    connect(client, server);

    completion sent, received;
    client.async_send(std::string("question"), record(sent));
    run();
    CHECK(sent == completed(success));
    client.async_receive(record(received));
    server.signal();
    run();
    CHECK(received == completed(was_reset, 0));
    CHECK(client.state().empty());
}

TEMPLATE_TEST_CASE("faults 49: a reset in mid-reply is an error, latched, and the bytes so far are kept",
                   "[reset][receive]", simulated_world, loopback_world) {
    for (const bool is_read_before : {true, false}) {
        CAPTURE(is_read_before);
        TestType world(peer_script().reply("half of it").when_signalled().reset());
        auto client = world.connected();
        completion received, again, held, some, sent, drained;
        if (is_read_before) {
            client.async_receive(record(received));
            world.run_until([&] { return client.state().size() == 10; });
            world.signal();
            world.run();
        } else {
            if constexpr (TestType::is_simulated) world.run();
            else REQUIRE(wait_for_reset(client, world.server));
            client.async_receive(record(received));
            world.run();
        }
        CHECK(received == completed(is_read_before ? was_reset : reset_in<TestType>(received), 10));
        CHECK(client.state().view() == "half of it");
        client.async_receive(record(again));
        world.run();
        CHECK(again == completed(received.ec, 0));
        CHECK(client.state().view() == "half of it");
        client.async_receive_some(record(held));  // what has come comes first, in spite of the failure
        world.run();
        CHECK(held == completed(success, "half of it"));
        client.async_receive_some(record(some));
        client.async_send(std::string("x"), record(sent));
        client.async_drain(record(drained));
        world.run();
        CHECK(some == completed(received.ec, ""));
        CHECK(sent == completed(received.ec, 0));
        CHECK(drained == completed(received.ec));
        CHECK(client.state().empty());
    }
}

TEMPLATE_TEST_CASE("faults 50: a reset while a send is pending is never taken for an end, by any receive",
                   "[reset][receive]", simulated_world, loopback_world) {
    // Both directions wait when the reset comes: one of them swallows the error, and the other sees a clean
    // end.
    const std::string bytes = many_bytes(1 << 20);
    for (const way how : every_way) {
        for (const std::size_t before : {1U, 4096U, 8192U, 40'960U}) {
            for (int round = 0; round != 8; ++round) {
                const bool is_at_once = (round & 1) != 0;
                CAPTURE(static_cast<int>(how), before, round);
                // What comes is not enough for the receive.
                const std::string part = how == way::some || how == way::read_some ? "" : "part";
                peer_script peer;
                peer.small_buffers().reply(part).expect(bytes.substr(0, before));
                if (!is_at_once) peer.when_signalled();
                TestType world(peer.reset());
                if constexpr (TestType::is_simulated) {
                    world.net.reads_first((round & 2) != 0);
                    world.net.together((round & 4) != 0);
                }
                auto client = world.connected();
                completion sent, received;
                char room[5];
                if (how == way::whole) client.async_receive(record(received));
                if (how == way::until) client.async_receive_until("\n", record(received));
                if (how == way::exactly) client.async_receive_exactly(5, record(received));
                if (how == way::prefixed)
                    client.async_receive_message(length_prefixed<std::uint16_t>{0xffff}, record(received));
                if (how == way::some) client.async_receive_some(record(received));
                if (how == way::read_some) client.async_read_some(net::buffer(room), record(received));
                client.async_send(net::buffer(bytes), record(sent));
                if (!is_at_once) {
                    world.run_until([&] { return client.state().size() == part.size(); });
                    world.settle();
                    world.signal();
                }
                world.run();
                CHECK(sent == completed(reset_in<TestType>(sent)));
                CHECK(sent.n >= before);
                CHECK(received == completed(reset_in<TestType>(received)));
                if (how == way::whole) CHECK(received.n == 4);
                CHECK(client.state().view() == part);
            }
        }
    }
}

TEST_CASE_METHOD(client_test, "a reset whose error somebody else was given is no end either",
                 "[reset][receive]") {
    loopback_server server({server_script().reply("part").when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    REQUIRE(wait_for_reset(client, server));
    CHECK(take_error(client.lowest_layer().native_handle()) == ECONNRESET);

    completion received;
    client.async_receive(record(received));
    run();
    CHECK(received == completed(reset_code(received)));
    CHECK(client.state().view() == "part");
}

TEMPLATE_TEST_CASE("a reset of an exchange is an error, and the bytes so far are kept", "[reset][exchange]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().expect("question").expect_eof().reply("half").when_signalled().reset());
    auto client = world.connected();
    completion exchanged;
    client.async_exchange(std::string("question"), half_close, record(exchanged));
    world.run_until([&] { return client.state().size() == 4; });
    world.signal();
    world.run();
    CHECK(exchanged == completed(was_reset, 4));
    CHECK(client.state().view() == "half");
}

TEMPLATE_TEST_CASE("a reset of an exchange that still sends is an error, and the bytes so far are kept",
                   "[reset][exchange]", simulated_world, loopback_world) {
    const std::string request = many_bytes(1 << 20);
    for (const bool reads_first : {false, true}) {
        TestType world(peer_script().small_buffers().reply("abc").expect(request.substr(0, 8192)).reset());
        if constexpr (TestType::is_simulated) world.net.reads_first(reads_first);
        auto client = world.connected();
        completion exchanged;
        client.async_exchange(net::buffer(request), record(exchanged));
        world.run();
        CHECK(exchanged == completed(reset_in<TestType>(exchanged), 3));
        CHECK(client.state().view() == "abc");
    }
}

TEST_CASE_METHOD(client_test, "the script of the test server can fail", "[loopback_server]") {
    loopback_server server(
        {server_script().expect("this"), server_script().expect_eof(), server_script().expect("long")});
    for (const char* const sent : {"that", "something", "lo"}) {
        async_client client{io};
        connect(client, server);
        completion exchanged;
        client.async_exchange(std::string(sent), half_close, record(exchanged));
        run();
        CHECK(exchanged == completed(reset_code(exchanged)));
    }
    const std::vector<std::string> failures = server.take_failures();
    REQUIRE(failures.size() == 3);
    for (const std::string& each : failures) CHECK(each.find("failures_test.cpp") != std::string::npos);
    CHECK(failures[0].find("expected \"this\" (4), got \"that\" (4)") != std::string::npos);
    CHECK(failures[2].find("got \"lo\" (2) and then the end") != std::string::npos);
}

}  // namespace uplink::tests
