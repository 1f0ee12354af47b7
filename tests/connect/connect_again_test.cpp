// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that is asked to connect more than once: while it connects, while it is connected, after a
// failure, after close() and after its connection has been reset (fault 20).
#include "support/both_worlds.hpp"
#include "support/connect_completion.hpp"
#include "support/reset_code.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::testing::moment;

/// Beside the world's server: a second one, which echoes, and an endpoint that refuses.
struct simulated_again : simulated_world {
    explicit simulated_again(const peer_script& script) : simulated_world(script) {
        net.host("server.test").v4({"192.0.2.1"}, 10ms);
        net.endpoint(server_endpoint()).accept(20ms);
        net.endpoint(other()).accept(20ms).echo();
        net.endpoint(refusing()).refuse(7ms);
    }
    std::string host() const { return "server.test"; }
    std::string service() const { return "80"; }
    net::ip::tcp::endpoint other() const { return place("192.0.2.2"); }
    net::ip::tcp::endpoint refusing() const { return place("192.0.2.3"); }
};

struct loopback_again : loopback_world {
    using loopback_world::loopback_world;

    std::string host() const { return server.host(); }
    std::string service() const { return server.service(); }
    net::ip::tcp::endpoint other() const { return {server_endpoint().address(), other_.port()}; }
    net::ip::tcp::endpoint refusing() const { return {server_endpoint().address(), refusing_.port()}; }

private:
    const loopback_server other_{loopback_server::echo()};
    const refusing_port refusing_{};
};

/// Connects that may not be started now: by name, by endpoint, and with arguments that make no sense.
struct refused_connects {
    template <class World, class Client>
    refused_connects(World& world, Client& client, std::chrono::milliseconds limit) {
        client.async_connect(world.host(), world.service(), record(results[0]));
        client.async_connect(world.other(), limit, record(results[1]));
        client.async_connect("", "", record(results[2]));
        for (const completion& each : results) CHECK_FALSE(each);
        world.settle();
    }

    completion results[3];
};

/// It has one socket, whose peer sends the bytes back.
template <class World, class Client> void check_open(World& world, Client& client, const std::string& bytes) {
    if constexpr (World::is_simulated) CHECK(world.net.open_sockets() == 1);
    completion exchanged;
    client.async_exchange(std::string(bytes), half_close, record(exchanged));
    world.run();
    CHECK(exchanged == completed(success, bytes.size()));
    CHECK(client.state().view() == bytes);
}

TEMPLATE_TEST_CASE("faults 20: a second connect while one runs is refused and disturbs nothing", "[connect]",
                   simulated_again, loopback_again) {
    TestType world(peer_script().expect("ping").expect_eof().reply("ping").close());
    async_client<typename TestType::stream> client(world.executor());
    completion first;
    client.async_connect(world.host(), world.service(), record(first));
    // On virtual time also during the lookup, between it and the attempt, and during that.
    std::vector<std::chrono::milliseconds> moments{0ms};
    if constexpr (TestType::is_simulated) moments = {0ms, 5ms, 10ms, 15ms};
    for (const auto at : moments) {
        INFO("at " << at.count() << " ms");
        if constexpr (TestType::is_simulated) world.net.run_for(at - world.net.elapsed());
        const refused_connects refused(world, client, 1ms);
        for (const completion& each : refused.results) CHECK(each == completed(errc::operation_in_progress));
        if constexpr (TestType::is_simulated) CHECK_FALSE(first);
    }
    world.run();
    CHECK(first == completed(success));
    CHECK(first.endpoint == world.server_endpoint());
    CHECK(client.remote_endpoint() == world.server_endpoint());
    CHECK_FALSE(client.last_connect().error);
    CHECK(client.last_connect().attempts.size() == 1);
    if constexpr (TestType::is_simulated) {
        CHECK(world.net.elapsed() == 30ms);
        CHECK(client.last_connect().total == 30ms);
        CHECK(world.net.attempts().size() == 1);
        CHECK(world.net.lookups().size() == 2);
    } else {
        CHECK(world.server.wait_for_connections(1));
    }
    check_open(world, client, "ping");
}

TEMPLATE_TEST_CASE("faults 20: a connect on an open client is already_connected and disturbs nothing",
                   "[connect]", simulated_again, loopback_again) {
    TestType world(peer_script().reply("hello").expect("ping").expect_eof().reply(" pong").close());
    async_client<typename TestType::stream> client(world.executor());
    completion first, received, sent, ended;
    client.async_connect(world.host(), world.service(), record(first));
    world.run();
    REQUIRE(first == completed(success));
    client.async_receive_exactly(10, record(received));
    world.run_until([&] { return client.state().size() == 5; });
    world.settle();
    std::size_t operations = 0;
    if constexpr (TestType::is_simulated) operations = world.net.operations();
    const refused_connects refused(world, client, 0ms);
    for (const completion& each : refused.results) CHECK(each == completed(net::error::already_connected));
    CHECK_FALSE(received);
    CHECK(client.is_open());
    CHECK(client.state().str() == "hello");
    CHECK(client.remote_endpoint() == world.server_endpoint());
    CHECK_FALSE(client.last_connect().error);
    CHECK(client.last_connect().attempts.size() == 1);
    if constexpr (TestType::is_simulated) {
        CHECK(world.net.operations() == operations);
        CHECK(client.last_connect().total == 30ms);
    }
    client.async_send(std::string("ping"), record(sent));
    client.async_shutdown_send(record(ended));
    world.run();
    CHECK(sent == completed(success, 4));
    CHECK(ended == completed(success));
    CHECK(received == completed(success, "hello pong"));
}

TEMPLATE_TEST_CASE("after a failure the same client connects again, on a fresh socket, with a new report",
                   "[connect][reuse]", simulated_again, loopback_again) {
    TestType world(peer_script().expect("ping").expect_eof().reply("ping").close());
    async_client<typename TestType::stream> client(world.executor());
    for (int round = 0; round != 3; ++round) {
        completion refused, connected;
        client.async_connect(world.refusing(), record(refused));
        world.run();
        CHECK(refused == completed(net::error::connection_refused));
        CHECK(refused.endpoint == net::ip::tcp::endpoint());
        CHECK_FALSE(world.has_socket(client));
        CHECK(client.last_connect().attempts.size() == 1);
        client.async_connect(world.host(), world.service(), record(connected));
        const auto& attempts = client.last_connect().attempts;  // those of the connect that runs
        if constexpr (TestType::is_simulated) CHECK(attempts.empty());
        else CHECK(attempts.at(0).endpoint == world.server_endpoint());
        world.run();
        CHECK(connected == completed(success));
        CHECK_FALSE(client.last_connect().error);
        if constexpr (TestType::is_simulated) CHECK(client.last_connect().total == 30ms);
        check_open(world, client, "ping");
        client.close();
    }
}

TEMPLATE_TEST_CASE("after close the same client connects again, with state() cleared", "[connect][reuse]",
                   simulated_again, loopback_again) {
    const std::string much = many_bytes(8 << 20);
    for (const bool has_received : {true, false}) {
        for (const bool told_before : {true, false}) {
            CAPTURE(has_received, told_before);
            TestType world(peer_script().small_buffers().reply("left over").deaf());
            auto client = world.connected();
            client.close();
            CHECK_FALSE(client.is_open());
            world.connect(client);
            // With io_uring Asio sends by the number of the descriptor then, also after a cancellation.
            if constexpr (!TestType::is_simulated) client.lowest_layer().native_non_blocking(true);
            completion received, sent, connected;
            client.async_receive(record(received));
            client.async_send(net::buffer(much), record(sent));
            const std::string held = has_received ? "left over" : "";
            if (has_received) world.run_until([&] { return client.state().size() == held.size(); });
            client.close();
            CHECK_FALSE(world.has_socket(client));
            if (told_before) world.run();
            CHECK(client.state().str() == held);
            client.async_connect(world.other(), record(connected));
            CHECK(static_cast<bool>(received) == told_before);
            world.run();
            CHECK(received == completed(aborted));
            CHECK(sent == completed(aborted));
            CHECK(connected == completed(success));
            CHECK(client.state().empty());
            CHECK(client.remote_endpoint() == world.other());
            if constexpr (TestType::is_simulated) {
                CHECK(world.net.attempts().size() == 3);
                CHECK(world.net.attempts()[1].closed);
            }
            check_open(world, client, "ping");
        }
    }
}

TEMPLATE_TEST_CASE("after a reset that was latched the client connects again without close()",
                   "[connect][reset][reuse]", simulated_again, loopback_again) {
    TestType world(peer_script().reply("part").when_signalled().reset());
    auto client = world.connected();
    completion received, connected;
    client.async_receive(record(received));
    world.run_until([&] { return client.state().size() == 4; });
    world.signal();
    world.run();
    CHECK(received == completed(TestType::is_simulated ? was_reset : reset_code(received)));
    CHECK(client.state().str() == "part");
    client.async_connect(world.other(), record(connected));
    world.run();
    CHECK(connected == completed(success));
    CHECK(client.state().empty());
    CHECK(client.remote_endpoint() == world.other());
    check_open(world, client, "new");
}

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
};

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
