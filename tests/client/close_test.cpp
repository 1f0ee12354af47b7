// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_close: everything is sent, the peer's end is awaited, and the socket is gone afterwards, whatever
// happened. For close() see close_at_once_test.cpp.
#include "support/both_worlds.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEMPLATE_TEST_CASE("async_close sends what is queued, then its end, and closes at the peer's end", "[close]",
                   simulated_world, loopback_world) {
    const std::string bytes = many_bytes(1 << 17);
    TestType world(peer_script()
                       .small_buffers()
                       .when_signalled()
                       .expect(bytes + "56789")
                       .expect_eof()
                       .reply(std::string(100'000, 'x'))
                       .close());
    auto client = world.connected();
    completion sent, queued, closed;
    client.async_send(net::buffer(bytes), record(sent));
    client.async_send(std::string("56789"), record(queued));
    client.async_close(record(closed));
    world.settle();
    CHECK_FALSE(closed);
    world.signal();
    world.run();
    CHECK(sent == completed(success, bytes.size()));
    CHECK(queued == completed(success, 5));
    CHECK(closed == completed(success));
    CHECK(sent.order < queued.order);
    CHECK(queued.order < closed.order);
    CHECK_FALSE(client.is_open());
    CHECK_FALSE(world.has_socket(client));
    CHECK(client.state().empty());
    CHECK(client.stats().bytes_sent == bytes.size() + 5);
    CHECK(world.peer_has_ended());
    if constexpr (TestType::is_simulated) CHECK_FALSE(world.net.attempts().back().reset);
}

TEMPLATE_TEST_CASE("what comes during async_close and nobody receives is read and dropped", "[close]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().small_buffers().reply(many_bytes(1 << 20)).expect_eof().close());
    auto client = world.connected();
    completion closed;
    client.async_close(record(closed));
    world.run();
    CHECK(closed == completed(success));
    CHECK(client.state().empty());
    CHECK(world.peer_has_ended());
}

TEMPLATE_TEST_CASE("a receive that is pending goes on during async_close and gets what comes",
                   "[close][receive]", simulated_world, loopback_world) {
    TestType world(peer_script().reply("before ").expect_eof().when_signalled().reply("after").close());
    auto client = world.connected();
    completion received, closed;
    client.async_receive(record(received));
    client.async_close(record(closed));
    world.signal();
    world.run();
    CHECK(received == completed(success, 12));
    CHECK(closed == completed(success));
    CHECK(client.state().view() == "before after");
}

TEMPLATE_TEST_CASE("async_close after the peer's end is over as soon as our own is made", "[close]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().reply("bye").half_close().expect_eof().close());
    auto client = world.connected();
    completion received, closed;
    client.async_receive(record(received));
    world.run();
    CHECK(received == completed(success, 3));
    client.async_close(record(closed));
    world.run();
    CHECK(closed == completed(success));
    CHECK(client.state().view() == "bye");
    CHECK(world.peer_has_ended());
}

TEMPLATE_TEST_CASE("async_close waits for a peer that never ends until its limit, else until close_timeout",
                   "[close][limit]", simulated_world, loopback_world) {
    const std::string bytes = many_bytes(8 << 20);
    TestType world(peer_script().small_buffers().deaf());
    auto client = world.connected({.close_timeout = 1ms});
    for (const bool own_limit : {true, false}) {
        if (!own_limit) world.connect(client);
        completion sent, received, closed, again;
        client.async_send(net::buffer(bytes), record(sent));
        client.async_receive(record(received));
        if (own_limit) client.async_close(1ms, record(closed));
        else client.async_close(record(closed));
        client.async_close(record(again));
        world.run();
        CHECK(again == completed(errc::operation_in_progress));
        CHECK(closed == completed(errc::close_timeout));
        CHECK(sent == completed(aborted, client.stats().bytes_sent));
        CHECK(sent.n < bytes.size());
        CHECK(received == completed(aborted));
        CHECK_FALSE(client.is_open());
        CHECK_FALSE(world.has_socket(client));
    }
}

TEMPLATE_TEST_CASE("a reset during async_close is its error, and the socket is closed", "[close][reset]",
                   simulated_world, loopback_world) {
    for (const bool before_end : {true, false}) {
        for (const bool receives : {true, false}) {
            peer_script peer;
            peer.expect("x");
            if (!before_end) peer.expect_eof();
            TestType world(peer.when_signalled().reset());
            auto client = world.connected();
            completion sent, received, closed;
            client.async_send(std::string("x"), record(sent));
            if (receives) client.async_receive(record(received));
            client.async_close(record(closed));
            world.signal();
            world.run();
            CHECK(sent == completed(success, 1));
            if (receives) CHECK(received == completed(was_reset));
            CHECK(closed == completed(was_reset));
            CHECK_FALSE(client.is_open());
            CHECK_FALSE(world.has_socket(client));
        }
    }
}

TEMPLATE_TEST_CASE("async_close that is cancelled leaves a closed socket, and by total it is not cancelled",
                   "[close][cancel]", simulated_world, loopback_world) {
    using type = net::cancellation_type;
    TestType world(peer_script().deaf());
    async_client<typename TestType::stream> client(world.executor());
    for (const type how : {type::terminal, type::partial, type::total}) {
        CAPTURE(static_cast<int>(how));
        world.connect(client);
        net::cancellation_signal signal;
        completion closed;
        client.async_close(net::bind_cancellation_slot(signal.slot(), record(closed)));
        world.settle();
        signal.emit(how);
        if (how == type::total) {
            world.settle();
            CHECK_FALSE(closed);
            CHECK(world.has_socket(client));
            client.cancel();
        }
        CHECK_FALSE(world.has_socket(client));
        CHECK_FALSE(closed);
        world.run();
        CHECK(closed == completed(aborted));
        CHECK_FALSE(client.is_open());
    }
}

TEMPLATE_TEST_CASE("during async_close a second one is operation_in_progress and sends are broken_pipe",
                   "[close][misuse]", simulated_world, loopback_world) {
    TestType world(peer_script().expect_eof().when_signalled().close());
    auto client = world.connected();
    completion closed, again, sent, exchanged, late;
    client.async_close(record(closed));
    client.async_close(record(again));
    client.async_send(std::string("x"), record(sent));
    client.async_exchange(std::string("x"), record(exchanged));
    world.signal();
    world.run();
    CHECK(closed == completed(success));
    CHECK(again == completed(errc::operation_in_progress));
    CHECK(sent == completed(net::error::broken_pipe, 0));
    CHECK(exchanged == completed(net::error::broken_pipe));
    client.async_close(record(late));
    world.run();
    CHECK(late == completed(net::error::not_connected));
}

}  // namespace uplink::tests
