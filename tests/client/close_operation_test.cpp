// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_close: drain, half-close, read on until the peer's end, close; bounded.

#include <uplink/detail/client/close_operation.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

TEST_CASE("async_close sends what is queued, then FIN, discards what comes, and closes at the peer's end") {
    connected talk([](endpoint& server) {
        server.accept()
            .window(4)
            .latency(1ms)
            .expect("0123456789")
            .expect_eof()
            .after(1s)
            .reply(std::string(100'000, 'x'))
            .close();
    });
    talk.send("01234");
    talk.send("56789");
    talk.close_gracefully();
    talk.run();
    for (const operation& each : talk.operations()) CHECK(each == completed(success));
    CHECK_FALSE(talk.client()->is_open());
    CHECK(talk.network().failures().empty());
    CHECK(talk.network().open_sockets() == 0);
    CHECK(talk.held().empty());
    CHECK_FALSE(talk.network().attempts().back().reset);
}

TEST_CASE("async_close after the peer's end is over as soon as our own is made") {
    connected talk([](endpoint& server) { server.accept().reply("bye").half_close().expect_eof().close(); });
    talk.inbound = {"bye"};
    talk.receive();
    talk.run();
    talk.close_gracefully();
    talk.run();
    CHECK(talk.latest() == completed(success));
    CHECK(talk.held() == "bye");
    CHECK(talk.network().failures().empty());
}

TEST_CASE("a receive that is pending goes on during async_close and gets what comes") {
    connected talk(
        [](endpoint& server) { server.accept().expect_eof().after(1s).reply("last words").close(); });
    talk.inbound = {"last words"};
    talk.receive();
    operation& receive = talk.latest();
    talk.close_gracefully();
    talk.run();
    CHECK(receive == completed(success, 10));
    CHECK(talk.latest() == completed(success));
    CHECK(talk.held() == "last words");
}

TEST_CASE("async_close meets its limit, else close_timeout, and the socket is closed all the same") {
    for (const bool own : {false, true}) {
        connected talk([](endpoint& server) { server.accept().window(4).deaf(); }, {.close_timeout = 3s});
        talk.send("0123456789");
        operation& send = talk.latest();
        talk.receive();
        operation& receive = talk.latest();
        talk.close_gracefully({}, own ? time_limit(1s) : time_limit());
        operation& close = talk.latest();
        talk.run();
        CHECK(close == completed(errc::close_timeout));
        CHECK(send == completed(aborted, 4));
        CHECK(receive == completed(aborted));
        CHECK(talk.network().elapsed() == (own ? 1s : 3s));
        CHECK_FALSE(talk.client()->is_open());
        CHECK(talk.network().open_sockets() == 0);
    }
}

TEST_CASE("with an expired limit async_close closes at once") {
    connected talk([](endpoint& server) { server.accept().deaf(); });
    talk.close_gracefully({}, time_limit(-1s));
    CHECK(talk.network().open_sockets() == 0);
    talk.run();
    CHECK(talk.latest() == completed(errc::close_timeout));
    CHECK(talk.network().elapsed() == 0s);
}

TEST_CASE("a reset during async_close is its error, and the socket is closed") {
    connected talk([](endpoint& server) { server.accept().expect("x").after(1s).reset(); });
    talk.send("x");
    talk.close_gracefully();
    talk.run();
    CHECK(talk.latest() == completed(net::error::connection_reset));
    CHECK_FALSE(talk.client()->is_open());
    CHECK(talk.network().open_sockets() == 0);
}

TEST_CASE("async_close of a connection that has failed closes it, and tells the failure") {
    connected talk([](endpoint& server) { server.accept().reset(); });
    talk.receive();
    talk.run();
    CHECK(talk.client()->is_open());
    talk.close_gracefully();
    talk.run();
    CHECK(talk.latest() == completed(net::error::connection_reset));
    CHECK_FALSE(talk.client()->is_open());
}

TEST_CASE(
    "async_close is cancelled by terminal and partial, not by total; what it leaves is a closed socket") {
    for (const auto type : every_type) {
        connected talk([](endpoint& server) { server.accept().deaf(); });
        talk.close_gracefully({}, 1s);
        operation& close = talk.latest();
        talk.network().run_for(10ms);
        talk.emit(close.index, type);
        const bool honoured = type != net::cancellation_type::total;
        CHECK(talk.network().open_sockets() == (honoured ? 0u : 1u));
        talk.run();
        CHECK(close == completed(honoured ? aborted : error_code(errc::close_timeout)));
        CHECK_FALSE(talk.client()->is_open());
    }
}

TEST_CASE("cancel() during async_close leaves a closed socket") {
    connected talk([](endpoint& server) { server.accept().deaf(); });
    talk.close_gracefully();
    talk.network().run_for(10ms);
    talk.cancel();
    talk.run();
    CHECK(talk.latest() == completed(aborted));
    CHECK_FALSE(talk.client()->is_open());
}

TEST_CASE(
    "a second async_close is operation_in_progress, sends are broken_pipe, a closed client is not_connected") {
    connected talk([](endpoint& server) { server.accept().expect_eof().after(1s).close(); });
    talk.close_gracefully();
    operation& first = talk.latest();
    talk.close_gracefully();
    operation& second = talk.latest();
    talk.send("x");
    operation& send = talk.latest();
    talk.exchange("x");
    operation& exchange = talk.latest();
    talk.run();
    CHECK(first == completed(success));
    CHECK(second == completed(errc::operation_in_progress));
    CHECK(send == completed(net::error::broken_pipe, 0));
    CHECK(exchange == completed(net::error::broken_pipe));
    talk.close_gracefully();
    talk.run();
    CHECK(talk.latest() == completed(net::error::not_connected));
}

TEST_CASE("after a send was cut off async_close still ends the connection in order") {
    connected talk([](endpoint& server) { server.accept().window(4).expect_bytes(4).expect_eof().close(); });
    talk.send("0123456789");
    talk.network().step();
    talk.emit(talk.latest().index, net::cancellation_type::terminal);
    talk.close_gracefully({}, 1s);
    talk.run();
    CHECK(talk.latest().calls == 1);
    CHECK_FALSE(talk.client()->is_open());
}

}  // namespace uplink::tests
