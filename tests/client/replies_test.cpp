// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_receive until the end: whatever was sent arrives, all of it, once, and its end is not lost either.
#include "support/both_worlds.hpp"
#include "support/interposed_getaddrinfo.hpp"
#include "support/reset_code.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "a reply of any size is received whole", "[receive]") {
    for (const std::size_t size : {0u, 1u, 2u, 255u, 256u, 257u, 512u, 65'537u, 64u << 20}) {
        CAPTURE(size);
        const std::string reply = many_bytes(size);
        loopback_server server({server_script().reply(reply).half_close().expect_eof()});
        async_client client{io};
        connect(client, server);

        completion received;
        client.async_receive(record(received));
        run();
        CHECK(received == completed(success, size));
        CHECK(same(client.state().view(), reply));
        CHECK(client.stats().bytes_received == size);
    }
}

TEST_CASE_METHOD(client_test, "every value of a byte survives, in both directions", "[receive][send]") {
    std::string all;
    for (int value = 0; value != 256; ++value) all.push_back(static_cast<char>(value));
    loopback_server server({server_script().expect(all).reply(all).half_close().expect_eof()});
    async_client client{io};
    connect(client, server);

    completion sent, received;
    client.async_send(net::buffer(all), record(sent));
    client.async_receive(record(received));
    run();
    CHECK(sent == completed(success, 256));
    CHECK(received == completed(success));
    CHECK(client.state().str() == all);
}

TEST_CASE_METHOD(client_test, "a UTF-8 character that two reads share is not damaged", "[receive]") {
    const std::string euro = "\xE2\x82\xAC";
    loopback_server server({server_script()
                                .reply("12 \xE2")
                                .when_signalled()
                                .reply("\x82")
                                .when_signalled()
                                .reply("\xAC!")
                                .half_close()
                                .expect_eof()});
    async_client client{io};
    connect(client, server);

    completion received;
    client.async_receive(record(received));
    run_until([&] { return client.state().size() == 4; });
    server.signal();
    run_until([&] { return client.state().size() == 5; });
    server.signal();
    run();
    CHECK(received == completed(success));
    CHECK(client.state().view() == "12 " + euro + "!");
}

TEST_CASE_METHOD(client_test, "bytes that come one by one are all there, in order", "[receive]") {
    loopback_server server(
        {server_script().reply_in_pieces("once upon a time", 1).half_close().expect_eof()});
    async_client client{io};
    connect(client, server);

    completion received;
    client.async_receive(record(received));
    run();
    CHECK(received == completed(success));
    CHECK(client.take_state().view() == "once upon a time");
    CHECK(client.state().empty());
}

TEST_CASE_METHOD(client_test, "the empty reply of a second session is empty", "[receive][reuse]") {
    loopback_server server({server_script().reply("first").half_close().expect_eof(),
                            server_script().half_close().expect_eof()});
    async_client client{io};
    for (const char* const reply : {"first", ""}) {
        connect(client, server);
        completion received;
        client.async_receive(record(received));
        run();
        CHECK(received == completed(success, std::string_view(reply).size()));
        CHECK(client.state().view() == reply);
        client.close();
    }
}

TEST_CASE_METHOD(client_test, "a further receive after the end succeeds with nothing", "[receive]") {
    loopback_server server({server_script().reply("all").half_close().expect_eof()});
    async_client client{io};
    connect(client, server);

    completion first, second;
    client.async_receive(record(first));
    run();
    client.async_receive(record(second));
    run();
    CHECK(first == completed(success, 3));
    CHECK(second == completed(success, 0));
    CHECK(client.state().view() == "all");
}

TEST_CASE_METHOD(client_test, "a server that answers only after our half-close is answered",
                 "[receive][send]") {
    loopback_server server({server_script().expect("question").expect_eof().reply("answer").close()});
    async_client client{io};
    connect(client, server);

    completion sent, ended, received;
    client.async_receive(record(received));
    client.async_send(std::string("question"), record(sent));
    client.async_shutdown_send(record(ended));
    run();
    CHECK(sent == completed(success));
    CHECK(ended == completed(success));
    CHECK(received == completed(success));
    CHECK(client.state().view() == "answer");
}

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

TEMPLATE_TEST_CASE("an exchange sends all to a peer that ends first and reads on; only then is it success",
                   "[exchange]", simulated_world, loopback_world) {
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

TEST_CASE_METHOD(client_test, "an IPv6 literal connects, with brackets or without", "[connect]") {
    if (!loopback_server::has_v6()) return;
    loopback_server server({server_script().half_close().expect_eof()},
                           {.family = loopback_options::address::v6});
    async_client client{io};
    for (const char* const host : {"::1", "[::1]"}) {
        completion connected;
        client.async_connect(host, server.service(), record(connected));
        run();
        CHECK(connected == completed(success));
        CHECK(connected.endpoint == client.remote_endpoint());
        CHECK(connected.endpoint.port() == server.port());
        client.close();
    }
}

TEST_CASE_METHOD(client_test, "a name is looked up and connects", "[connect]") {
    loopback_server server({server_script().half_close().expect_eof()});
    const net::ip::tcp::endpoint endpoint{net::ip::make_address("127.0.0.1"), server.port()};
    interposed_lookups lookups([&](const lookup_request&) { return addresses({endpoint}); });
    async_client client{io, {.connect = {.family = address_family::v4}}};
    completion connected;
    client.async_connect("server.test", server.service(), record(connected));
    run();
    CHECK(connected == completed(success));
    CHECK(client.remote_endpoint() == endpoint);
    CHECK(client.local_endpoint().address().is_loopback());
    CHECK(lookups.wait_for_ended_threads(1));
}

}  // namespace uplink::tests
