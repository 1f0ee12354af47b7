// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_close on the simulated network: the instant of its end, and what it does with a connection that has
// failed. What holds on real sockets too stands in close_test.cpp.

#include <uplink/detail/client/close_operation.hpp>

#include "support/connected.hpp"

#include <chrono>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

TEST_CASE("async_close ends at its limit, else at close_timeout, and tells how much of a send has left") {
    for (const bool own_limit : {false, true}) {
        connected talk(deaf_after_four, {.close_timeout = 3s});
        operation& send = talk.send("0123456789");
        operation& receive = talk.receive();
        operation& close = talk.close_gracefully({}, own_limit ? time_limit(1s) : time_limit());
        talk.run();
        CHECK(close == completed(errc::close_timeout));
        CHECK(send == completed(aborted, 4));
        CHECK(receive == completed(aborted));
        CHECK(talk.network().elapsed() == (own_limit ? 1s : 3s));
        CHECK(talk.network().open_sockets() == 0);
    }
}

TEST_CASE("with an expired limit async_close closes at once") {
    connected talk([](endpoint& server) { server.accept().deaf(); });
    operation& close = talk.close_gracefully({}, time_limit(-1s));
    CHECK(talk.network().open_sockets() == 0);
    talk.run();
    CHECK(close == completed(errc::close_timeout));
    CHECK(talk.network().elapsed() == 0s);
}

TEST_CASE("async_close of a connection that has failed closes it, and tells the failure") {
    connected talk([](endpoint& server) { server.accept().reset(); });
    operation& receive = talk.receive();
    talk.run();
    CHECK(receive == completed(was_reset));
    CHECK(talk.client()->is_open());
    operation& close = talk.close_gracefully();
    talk.run();
    CHECK(close == completed(was_reset));
    CHECK_FALSE(talk.client()->is_open());
}

TEST_CASE("a total cancellation leaves async_close its limit") {
    connected talk([](endpoint& server) { server.accept().deaf(); });
    operation& close = talk.close_gracefully({}, 1s);
    talk.network().run_for(10ms);
    talk.emit(close.index, net::cancellation_type::total);
    CHECK(talk.network().open_sockets() == 1);
    talk.run();
    CHECK(close == completed(errc::close_timeout));
    CHECK(talk.network().elapsed() == 1s);
    CHECK_FALSE(talk.client()->is_open());
}

TEST_CASE("after a send was cut off async_close still ends the connection in order") {
    connected talk([](endpoint& server) { server.accept().window(4).expect_bytes(4).expect_eof().close(); });
    operation& send = talk.send("0123456789");
    talk.network().step();
    talk.emit(send.index, net::cancellation_type::terminal);
    operation& close = talk.close_gracefully({}, 1s);
    talk.run();
    CHECK(send == completed(aborted, 4));
    CHECK(close == completed(success));
    CHECK_FALSE(talk.client()->is_open());
}

}  // namespace uplink::tests
