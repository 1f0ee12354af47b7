// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How async_connect over a socket that is connected already ends early, on the simulated network and on loopback: by
// its limit, by the user, and by the peer.
#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

template <class World> using client_of = async_client<typename World::stream>;

}  // namespace

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

}  // namespace uplink::tests
