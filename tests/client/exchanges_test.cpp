// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Exchanges: all is sent, also to a peer that has ended already, and what the peer sends until its end is the answer.
#include "support/both_worlds.hpp"
#include "support/local_clients.hpp"
#include "support/message_operations.hpp"
#include "support/reset_code.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

TEMPLATE_TEST_CASE("an exchange sends, half-closes and receives until the end", "[exchange]", simulated_world,
                   loopback_world) {
    TestType world(peer_script().expect("question").expect_eof().reply("answer").close());
    auto client = world.connected();
    completion exchanged;
    client.async_exchange(std::string("question"), half_close, record(exchanged));
    world.run();
    CHECK(exchanged == completed(success, 6));
    CHECK(client.state().view() == "answer");
    CHECK(client.stats().bytes_sent == 8);
}

TEMPLATE_TEST_CASE(
    "an exchange sends all to a peer that ends first and reads on, and only then is it success", "[exchange]",
    simulated_world, loopback_world) {
    const std::string request = many_bytes(1 << 17);
    for (const bool half_closes : {false, true}) {
        for (const bool at_once : {false, true}) {
            CAPTURE(half_closes, at_once);
            TestType world(peer_script()
                               .small_buffers()
                               .expect(request.substr(0, 1000))
                               .reply("enough")
                               .half_close()
                               .when_signalled()
                               .expect(request.substr(1000))
                               .expect_eof()
                               .close());
            if constexpr (TestType::is_simulated) world.net.writes_at_once(at_once);
            auto client = world.connected();
            completion exchanged, second;
            if (half_closes) client.async_exchange(net::buffer(request), half_close, record(exchanged));
            else client.async_exchange(net::buffer(request), record(exchanged));
            world.run_until([&] { return client.state().size() == 6; });
            world.settle();
            CHECK_FALSE(exchanged);
            client.async_receive(record(second));
            world.signal();
            world.run();
            CHECK(second == completed(errc::operation_in_progress));
            CHECK(exchanged == completed(success, 6));
            CHECK(client.state().view() == "enough");
            CHECK(client.stats().bytes_sent == request.size());
            if (!half_closes) client.close();
            CHECK(world.peer_has_ended());
            CHECK(same(world.peer_got(), request));
        }
    }
}

TEMPLATE_TEST_CASE("an exchange whose peer has ended and does not read on fails, its bytes kept",
                   "[exchange]", simulated_world, loopback_world) {
    const std::string request = many_bytes(1 << 20);
    for (const bool half_closes : {false, true}) {
        for (const bool resets : {false, true}) {
            CAPTURE(half_closes, resets);
            peer_script peer;
            peer.small_buffers().expect(request.substr(0, 1000)).reply("enough").half_close();
            peer.when_signalled();
            TestType world(resets ? peer.reset() : peer.close());
            auto client = world.connected();
            completion exchanged;
            if (half_closes) client.async_exchange(net::buffer(request), half_close, record(exchanged));
            else client.async_exchange(net::buffer(request), record(exchanged));
            world.run_until([&] { return client.state().size() == 6; });
            world.settle();
            CHECK_FALSE(exchanged);
            world.signal();
            world.run();
            // The error is that of the send, which the simulated network always calls broken_pipe.
            const error_code broken_pipe = net::error::broken_pipe;
            CHECK(exchanged == completed(TestType::is_simulated ? broken_pipe : reset_code(exchanged), 6));
            CHECK(client.state().view() == "enough");
            CHECK(client.send_queue_bytes() == 0);
            if constexpr (TestType::is_simulated) CHECK(world.net.elapsed() == std::chrono::seconds(1));
        }
    }
}

TEMPLATE_TEST_CASE("an exchange leaves its side open: the peer sees no end, and sends may follow",
                   "[exchange]", simulated_world, loopback_world) {
    TestType world(
        peer_script().expect("question").reply("answer").half_close().expect("and on").expect_eof().close());
    auto client = world.connected();
    completion exchanged, sent, ended;
    client.async_exchange(std::string("question"), record(exchanged));
    world.run();
    CHECK(exchanged == completed(success, 6));
    CHECK(client.state().view() == "answer");
    client.async_send(std::string("and on"), record(sent));
    world.run();
    CHECK(sent == completed(success, 6));
    client.async_shutdown_send(record(ended));
    world.run();
    CHECK(ended == completed(success));
    CHECK(world.peer_has_ended());
    CHECK(world.peer_got() == "questionand on");
}

TEST_CASE_METHOD(client_test, "a client of a local socket exchanges too", "[exchange][local]") {
    loopback_server server({server_script().expect("question").expect_eof().reply("answer").close()},
                           {.family = loopback_options::address::local});
    local_client client{io};
    completion connected, exchanged;
    client.async_connect(net::local::stream_protocol::endpoint(server.path()), record(connected));
    run();
    REQUIRE(connected == completed(success));
    client.async_exchange(std::string("question"), half_close, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(client.state().view() == "answer");
}

}  // namespace uplink::tests
