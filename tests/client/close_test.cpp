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
    loopback_server server({conversation().when_told().expect(bytes).expect_eof().reply("too late").close()},
                           {.buffer_size = 4096});
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);
    outcome sent, closed;
    client.async_send(net::buffer(bytes), noted_in(sent));
    client.async_close(noted_in(closed));
    while (io.poll_one() != 0) {
    }
    CHECK_FALSE(closed);
    server.tell();
    run();
    CHECK(sent.succeeded());
    CHECK(closed.succeeded());
    CHECK(sent.turn < closed.turn);
    CHECK_FALSE(client.is_open());
    CHECK(client.state().empty());
    CHECK(client.stats().bytes_sent == bytes.size());
}

TEST_CASE_METHOD(client_test, "a receive that is pending goes on during a graceful close",
                 "[close][receive]") {
    loopback_server server({conversation().reply("before ").expect_eof().reply("after").close()});
    async_client client{io};
    connect(client, server);
    outcome received, closed;
    client.async_receive(noted_in(received));
    client.async_close(noted_in(closed));
    run();
    CHECK(received.succeeded());
    CHECK(closed.succeeded());
    CHECK(client.state().view() == "before after");
}

TEST_CASE_METHOD(client_test, "what comes during a graceful close and nobody receives is read and dropped",
                 "[close]") {
    loopback_server server({conversation().reply(many_bytes(1 << 20)).expect_eof().close()},
                           {.buffer_size = 4096});
    async_client client{io, {.socket = {.receive_buffer = 4096}}};
    connect(client, server);
    outcome closed;
    client.async_close(noted_in(closed));
    run();
    CHECK(closed.succeeded());
    CHECK(server.wait_for_end());
}

TEST_CASE_METHOD(client_test, "a peer that never ends is waited for only until the limit", "[close][limit]") {
    loopback_server server({conversation().silence()});
    async_client client{io, {.close_timeout = 1ms}};
    for (int round = 0; round != 2; ++round) {
        connect(client, server);
        outcome received, closed, again;
        client.async_receive(noted_in(received));
        if (round == 0) client.async_close(1ms, noted_in(closed));
        if (round == 1) client.async_close(noted_in(closed));
        client.async_close(noted_in(again));
        run();
        CHECK(again.failed_with(errc::operation_in_progress));
        CHECK(closed.failed_with(errc::close_timeout));
        CHECK(received.is_aborted());
        CHECK_FALSE(client.is_open());
    }
}

TEST_CASE_METHOD(client_test, "a reset during a graceful close is its error, and the socket is closed",
                 "[close][reset]") {
    loopback_server server({conversation().expect_eof().when_told().reset()});
    async_client client{io};
    connect(client, server);
    outcome received, closed;
    client.async_receive(noted_in(received));
    client.async_close(noted_in(closed));
    server.tell();
    run();
    CHECK(closed.failed_with(net::error::connection_reset));
    CHECK(received.failed_with(net::error::connection_reset));
    CHECK_FALSE(client.is_open());
}

TEST_CASE_METHOD(client_test, "a cancelled graceful close leaves a closed socket", "[close][cancel]") {
    loopback_server server({conversation().silence()});
    async_client client{io};
    for (const bool by_slot : {false, true}) {
        connect(client, server);
        net::cancellation_signal signal;
        outcome closed;
        client.async_close(net::bind_cancellation_slot(signal.slot(), noted_in(closed)));
        while (io.poll_one() != 0) {
        }
        CHECK_FALSE(closed);
        if (by_slot) signal.emit(net::cancellation_type::terminal);
        if (!by_slot) client.cancel();
        run();
        CHECK(closed.is_aborted());
        CHECK_FALSE(client.is_open());
    }
}

TEST_CASE_METHOD(client_test, "close at once aborts all that is pending, and the peer sees it", "[close]") {
    loopback_server server({conversation().until_gone()}, {.buffer_size = 4096});
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);
    const std::string bytes = many_bytes(8 << 20);
    outcome sent, received, drained, ended;
    client.async_send(net::buffer(bytes), noted_in(sent));
    client.async_drain(noted_in(drained));
    client.async_shutdown_send(noted_in(ended));
    client.async_receive(noted_in(received));
    client.close();
    client.close();
    CHECK_FALSE(client.is_open());
    CHECK_FALSE(sent);
    run();
    for (const outcome* each : {&sent, &received, &drained, &ended}) {
        CAPTURE(each->calls, each->ec, each->turn);
        CHECK(each->is_aborted());
    }
    CHECK(sent.count == client.stats().bytes_sent);
    CHECK(server.wait_for_end());
}

TEST_CASE_METHOD(client_test, "with reset_on_close the peer gets a reset, not an end", "[close]") {
    loopback_server server({conversation().expect_anything_until_eof()});
    async_client client{io, {.socket = {.reset_on_close = true}}};
    connect(client, server);
    client.close();
    REQUIRE(server.wait_for_end());
    const std::vector<std::string> failures = server.take_failures();
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].find("got a reset") != std::string::npos);
}

}  // namespace uplink::tests
