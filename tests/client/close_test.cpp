// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_close: everything is sent, the peer's end is awaited, and the socket is gone afterwards, whatever happened.
#include "support/client_test.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(client_test, "a graceful close sends what is queued, half-closes and awaits the peer's end",
                 "[close]") {
    const std::string bytes = many_bytes(1 << 20);
    loopback_server server(
        {server_script().when_signalled().expect(bytes).expect_eof().reply("too late").close()},
        {.buffer_size = 4096});
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);
    completion sent, closed;
    client.async_send(net::buffer(bytes), record(sent));
    client.async_close(record(closed));
    while (io.poll_one() != 0) {
    }
    CHECK_FALSE(closed);
    server.signal();
    run();
    CHECK(sent == completed(success));
    CHECK(closed == completed(success));
    CHECK(sent.order < closed.order);
    CHECK_FALSE(client.is_open());
    CHECK(client.state().empty());
    CHECK(client.stats().bytes_sent == bytes.size());
}

TEST_CASE_METHOD(client_test, "a receive that is pending goes on during a graceful close",
                 "[close][receive]") {
    loopback_server server({server_script().reply("before ").expect_eof().reply("after").close()});
    async_client client{io};
    connect(client, server);
    completion received, closed;
    client.async_receive(record(received));
    client.async_close(record(closed));
    run();
    CHECK(received == completed(success));
    CHECK(closed == completed(success));
    CHECK(client.state().view() == "before after");
}

TEST_CASE_METHOD(client_test, "what comes during a graceful close and nobody receives is read and dropped",
                 "[close]") {
    loopback_server server({server_script().reply(many_bytes(1 << 20)).expect_eof().close()},
                           {.buffer_size = 4096});
    async_client client{io, {.socket = {.receive_buffer = 4096}}};
    connect(client, server);
    completion closed;
    client.async_close(record(closed));
    run();
    CHECK(closed == completed(success));
    CHECK(server.wait_for_end());
}

TEST_CASE_METHOD(client_test, "a peer that never ends is waited for only until the limit", "[close][limit]") {
    loopback_server server({server_script().silence()});
    async_client client{io, {.close_timeout = 1ms}};
    for (int round = 0; round != 2; ++round) {
        connect(client, server);
        completion received, closed, again;
        client.async_receive(record(received));
        if (round == 0) client.async_close(1ms, record(closed));
        if (round == 1) client.async_close(record(closed));
        client.async_close(record(again));
        run();
        CHECK(again == completed(errc::operation_in_progress));
        CHECK(closed == completed(errc::close_timeout));
        CHECK(received == completed(aborted));
        CHECK_FALSE(client.is_open());
    }
}

TEST_CASE_METHOD(client_test, "a reset during a graceful close is its error, and the socket is closed",
                 "[close][reset]") {
    loopback_server server({server_script().expect_eof().when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    completion received, closed;
    client.async_receive(record(received));
    client.async_close(record(closed));
    server.signal();
    run();
    CHECK(closed == completed(net::error::connection_reset));
    CHECK(received == completed(net::error::connection_reset));
    CHECK_FALSE(client.is_open());
}

TEST_CASE_METHOD(client_test, "a cancelled graceful close leaves a closed socket", "[close][cancel]") {
    loopback_server server({server_script().silence()});
    async_client client{io};
    for (const bool by_slot : {false, true}) {
        connect(client, server);
        net::cancellation_signal signal;
        completion closed;
        client.async_close(net::bind_cancellation_slot(signal.slot(), record(closed)));
        while (io.poll_one() != 0) {
        }
        CHECK_FALSE(closed);
        if (by_slot) signal.emit(net::cancellation_type::terminal);
        if (!by_slot) client.cancel();
        run();
        CHECK(closed == completed(aborted));
        CHECK_FALSE(client.is_open());
    }
}

TEST_CASE_METHOD(client_test, "close at once aborts all that is pending, and the peer sees it", "[close]") {
    loopback_server server({server_script().until_gone()}, {.buffer_size = 4096});
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);
    const std::string bytes = many_bytes(8 << 20);
    completion sent, received, drained, ended;
    client.async_send(net::buffer(bytes), record(sent));
    client.async_drain(record(drained));
    client.async_shutdown_send(record(ended));
    client.async_receive(record(received));
    client.close();
    client.close();
    CHECK_FALSE(client.is_open());
    CHECK_FALSE(sent);
    run();
    for (const completion* each : {&sent, &received, &drained, &ended}) {
        CAPTURE(each->calls, each->ec, each->order);
        CHECK(*each == completed(aborted));
    }
    CHECK(sent.n == client.stats().bytes_sent);
    CHECK(server.wait_for_end());
}

TEST_CASE_METHOD(client_test, "with reset_on_close the peer gets a reset, not an end", "[close]") {
    loopback_server server({server_script().expect_anything_until_eof()});
    async_client client{io, {.socket = {.reset_on_close = true}}};
    connect(client, server);
    client.close();
    REQUIRE(server.wait_for_end());
    const std::vector<std::string> failures = server.take_failures();
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].find("got a reset") != std::string::npos);
}

}  // namespace uplink::tests
