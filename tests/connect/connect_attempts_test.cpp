// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What holds for each attempt of a connect, on the simulated network and on loopback: the hook is called, the
// socket is bound to the local address, a connection to itself is no success, and a reset is no end
// (faults 21 to 23).
#include "support/black_hole.hpp"
#include "support/both_worlds.hpp"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using endpoints = std::vector<net::ip::tcp::endpoint>;

/// Endpoints beside the world's server.
struct simulated_places : simulated_world {
    explicit simulated_places(const peer_script& script) : simulated_world(script) {
        net.endpoint(hole()).black_hole();
    }
    net::ip::tcp::endpoint refusing() const { return {server_endpoint().address(), 81}; }
    net::ip::tcp::endpoint hole() const { return {server_endpoint().address(), 82}; }
    /// A client with these options connects to itself there.
    net::ip::tcp::endpoint itself(client_options&) {
        const net::ip::tcp::endpoint where(server_endpoint().address(), 83);
        net.endpoint(where).self_connect(5ms);
        return where;
    }
};

struct loopback_places : loopback_world {
    using loopback_world::loopback_world;

    net::ip::tcp::endpoint refusing() const { return {server_endpoint().address(), refusing_.port()}; }
    const net::ip::tcp::endpoint& hole() const { return hole_.endpoint(); }
    net::ip::tcp::endpoint itself(client_options& options) {
        net::ip::tcp::socket socket(io, {server_endpoint().address(), 0});
        const net::ip::tcp::endpoint where = socket.local_endpoint();  // free from now on
        options.connect.local_addresses = {where.address().to_string()};
        options.connect.local_port = where.port();
        return where;
    }

private:
    const refusing_port refusing_{};
    const black_hole hole_{};
};

template <class World> struct attempts {
    attempts(World& in, client_options options) : world(in), client(in.executor(), std::move(options)) {}

    void connect(const endpoints& to) {
        client.async_connect(to, record(result));
        world.run_until(result);
    }
    error_code error(std::size_t attempt) { return client.last_connect().attempts.at(attempt).error; }

    World& world;
    async_client<typename World::stream> client;
    completion result{};
};

}  // namespace

TEMPLATE_TEST_CASE("the hook is called before each attempt, and told its endpoint", "[connect][options]",
                   simulated_places, loopback_places) {
    TestType world(peer_script().expect_eof().close());
    std::vector<net::generic::stream_protocol::endpoint> told;
    client_options options;
    options.connect.attempt_delay = 10ms;
    options.socket.before_connect = [&](auto, const net::generic::stream_protocol::endpoint& endpoint) {
        told.push_back(endpoint);
        return error_code();
    };
    attempts test(world, options);
    const endpoints three{world.refusing(), world.hole(), world.server_endpoint()};
    test.connect(three);
    CHECK(test.result == completed(success));
    CHECK(test.result.endpoint == three[2]);
    CHECK(test.client.last_connect().winner == 2U);
    REQUIRE(told.size() == 3);
    for (std::size_t i = 0; i != 3; ++i) CHECK(told[i] == net::generic::stream_protocol::endpoint(three[i]));
    if constexpr (TestType::is_simulated) CHECK(world.net.elapsed() == 10ms);
}

TEMPLATE_TEST_CASE("faults 22: each attempt is bound to the local address", "[connect][options]",
                   simulated_places, loopback_places) {
    TestType world(peer_script().expect_eof().close());
    attempts test(world, {.connect = {.local_addresses = {"127.0.0.9"}}});
    test.connect({world.refusing(), world.server_endpoint()});
    CHECK(test.result == completed(success));
    CHECK(test.error(0) == net::error::connection_refused);
    CHECK(test.client.local_endpoint().address() == net::ip::make_address("127.0.0.9"));
    if constexpr (TestType::is_simulated) {
        for (const auto& each : world.net.attempts())
            CHECK(each.local.address() == net::ip::make_address("127.0.0.9"));
    }
}

TEMPLATE_TEST_CASE("faults 21: a connection to itself is closed, and the next address is tried", "[connect]",
                   simulated_places, loopback_places) {
    TestType world(peer_script().expect_eof().close());
    client_options options;
    const net::ip::tcp::endpoint itself = world.itself(options);
    attempts test(world, options);
    test.connect({itself, world.server_endpoint()});
    CHECK(test.result == completed(success));
    CHECK(test.result.endpoint == world.server_endpoint());
    CHECK(test.client.remote_endpoint() == world.server_endpoint());
    CHECK(test.error(0) == error_code(errc::self_connect));
    if constexpr (TestType::is_simulated) {
        CHECK(world.net.attempts().at(0).closed == 5ms);
        CHECK(world.net.elapsed() == 5ms);
        CHECK(world.net.attempts().at(0).written == 0);
    }
}

TEMPLATE_TEST_CASE("faults 21: a connection to itself is no success", "[connect]", simulated_places,
                   loopback_places) {
    for (int i = 0; i != 10; ++i) {
        TestType world(peer_script().close());
        client_options options;
        const net::ip::tcp::endpoint itself = world.itself(options);
        attempts test(world, options);
        test.connect({itself});
        CHECK(test.result == completed(errc::self_connect));
        CHECK(test.result.endpoint == net::ip::tcp::endpoint());
        CHECK_FALSE(test.client.is_open());
        CHECK_FALSE(world.has_socket(test.client));
    }
}

TEMPLATE_TEST_CASE("faults 23: a server that is gone as soon as it has accepted is a reset, never an end",
                   "[connect][reset]", simulated_places, loopback_places) {
    for (int i = 0; i != 20; ++i) {
        TestType world(peer_script().reset());
        attempts test(world, {});
        test.connect({world.server_endpoint()});
        if (test.result.ec) {
            CHECK(test.result == completed(was_reset));
            CHECK_FALSE(test.client.is_open());
            CHECK_FALSE(world.has_socket(test.client));
            continue;
        }
        CHECK(test.result == completed(success));
        CHECK(world.has_socket(test.client));
        completion received;
        test.client.async_receive(record(received));
        world.run();
        CHECK(received == completed(was_reset));
    }
}

}  // namespace uplink::tests
