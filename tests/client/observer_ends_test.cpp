// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of the end of a connection: which it is, at once, and once.
#include <uplink/observer.hpp>

#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/observed_client.hpp"
#include "support/platform.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

const std::string canceled = aborted.message();

}  // namespace

TEMPLATE_TEST_CASE("close() between a connect's success and its handler ends the connection", "[observer]",
                   simulated_world, loopback_world) {
    for (const bool destroys : {false, true}) {
        TestType world(peer_script().take_all());
        const auto events = new_events();
        auto socket = world.connected_socket();
        std::optional<async_client<typename TestType::stream>> client;
        client.emplace(world.executor(), client_options{.observer = events});
        completion connected, second;
        std::size_t lines_at_handler = 0;
        client->async_connect(std::move(socket), [&](error_code ec, const auto& where) {
            connected.set(ec, where);
            lines_at_handler = events->lines.size();
        });
        // Its handler is called just before that of the first, in the turn in which the first has succeeded.
        client->async_connect(world.server_endpoint(), [&](error_code ec, const auto& where) {
            second.set(ec, where);
            if (destroys) client.reset();
            else client->close();
        });
        world.run();
        CHECK(second == completed(errc::operation_in_progress));
        CHECK(connected == completed(aborted));
        const std::string peer = detail::endpoint_to_string(world.server_endpoint());
        CHECK(events->lines ==
              lines{"attempt 0 at " + peer, "attempt 0: ok", "connect: ok", "connection: ok"});
        CHECK(lines_at_handler == 4);
        CHECK(events->connect_called(connected.ec) == 1);
        events->check_over();
        CHECK(events->failures.empty());
    }
}

TEST_CASE("the first fatal error ends the connection, at once and once", "[observer]") {
    observed_client test;
    test.net().endpoint("192.0.2.1:80").accept().expect("ping").reply("po").reset();
    test.connect("192.0.2.1");
    test.told();
    completion sent, received;
    test.client->async_send(std::string("ping"), record(sent));
    test.client->async_receive(record(received));
    test.net().run();
    CHECK(received == completed(was_reset, 2));
    CHECK(test.told() == lines{"connection: " + was_reset.message()});
    CHECK(test.events->last_stats.bytes_received == 2);
    test.client->close();
    CHECK(test.told().empty());
    test.connect("192.0.2.1");
    CHECK(test.told().size() == 3);
    test.client->close();
    CHECK(test.told() == lines{"connection: ok"});
}

TEST_CASE("async_close ends the connection: in order, out of time, cancelled, at a reset", "[observer]") {
    struct ending {
        void (*describe)(testing::endpoint&);
        simulated_client::time_limit limit;
        bool is_cancelled;
        error_code closed;
        error_code told;
    };
    const error_code late = errc::close_timeout;
    for (const ending& each :
         {ending{[](testing::endpoint& peer) { peer.expect_eof().close(); }, 1s, false, {}, {}},
          ending{[](testing::endpoint& peer) { peer.deaf(); }, 1s, false, late, late},
          ending{[](testing::endpoint& peer) { peer.deaf(); }, 0s, false, late, late},
          ending{[](testing::endpoint& peer) { peer.deaf(); }, 1s, true, aborted, {}},
          ending{[](testing::endpoint& peer) { peer.expect_eof().reset(); }, 1s, false, was_reset,
                 was_reset}}) {
        observed_client test;
        each.describe(test.net().endpoint("192.0.2.1:80").accept());
        test.connect("192.0.2.1");
        test.told();
        completion closed;
        test.client->async_close(each.limit, record(closed));
        if (each.is_cancelled) test.client->cancel();
        test.net().run();
        CHECK(closed == completed(each.closed));
        CHECK(test.told() == lines{"connection: " + (each.told ? each.told.message() : "ok")});
    }
}

TEST_CASE("the context's destruction ends what goes on, before the handlers are destroyed", "[observer]") {
    SECTION("a race") {
        observed_client test;
        two_addresses(test.net());
        test.net().endpoint("[2001:db8::1]:80").black_hole();
        test.net().endpoint("192.0.2.1:80").refuse();
        test.start("server.test");
        test.net().run_for(300ms);
        test.told();
        test.network.reset();
        CHECK_FALSE(test.connected);
        CHECK(test.told() == lines{"attempt 0: " + canceled, "connect: " + canceled});
    }
    SECTION("a lookup") {
        observed_client test;
        test.net().host("stuck.test").v6_never().v4({"192.0.2.1"}, 1s);
        test.start("stuck.test");
        test.net().run_for(300ms);
        test.network.reset();
        CHECK(test.told() == lines{"lookup of stuck.test 80", "lookup: " + canceled, "connect: " + canceled});
    }
    SECTION("a connection") {
        observed_client test;
        test.net().endpoint("192.0.2.1:80").accept().silent();
        test.connect("192.0.2.1");
        test.told();
        test.network.reset();
        CHECK(test.told() == lines{"connection: ok"});
        test.client->close();
        CHECK(test.told().empty());
    }
    SECTION("its handler is destroyed afterwards") {
        observed_client test;
        test.net().endpoint("192.0.2.1:80").black_hole();
        std::size_t lines_then = 0;
        const auto last =
            std::shared_ptr<void>(nullptr, [&](void*) { lines_then = test.events->lines.size(); });
        test.client->async_connect(place("192.0.2.1"), [owned = last](error_code, const auto&) {});
        const_cast<std::shared_ptr<void>&>(last).reset();
        test.net().run_for(1ms);
        test.network.reset();
        CHECK(lines_then == 3);
    }
}

TEMPLATE_TEST_CASE("release() ends the connection for this client", "[observer]", simulated_world,
                   loopback_world) {
    const auto events = new_events();
    TestType world(peer_script().take_all());
    auto client = world.connected({.observer = events});
    events->lines.clear();
    auto socket = client.release();
    CHECK(events->lines == lines{"connection: ok"});
    CHECK(events->last_stats.rtt.has_value() == (is_for_linux && !TestType::is_simulated));
    CHECK(events->failures.empty());
    socket.close();
    world.run();
}

}  // namespace uplink::tests
