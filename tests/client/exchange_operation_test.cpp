// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_exchange: it receives while it sends, and is a success when both have been.

#include <uplink/detail/client/exchange_operation.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

TEST_CASE("an exchange with a peer that answers as it reads does not deadlock") {
    const std::string request(100'000, 'q');
    connected talk([](endpoint& server) { server.accept().window(1000).latency(1ms).echo(); });
    talk.peer_echoes = true;
    talk.exchange_to_end(request);
    talk.run();
    CHECK(talk.latest() == completed(success, request.size()));
    CHECK(talk.held() == request);
    CHECK(talk.client()->is_open());
}

TEST_CASE("the number is what the exchange received; what was there before is in the state already") {
    connected talk(
        [](endpoint& server) { server.accept().reply("hello\nmore ").expect("bye").reply("text").close(); });
    talk.inbound = {"hello\nmore text"};
    talk.receive_until("\n");
    talk.run();
    talk.exchange("bye");
    talk.run();
    CHECK(talk.latest() == completed(success, 4));
    CHECK(talk.held() == "more text");
}

TEST_CASE("an exchange waits its turn behind queued sends, and nothing may follow its half-close") {
    connected talk([](endpoint& server) {
        server.accept().window(4).expect("first second").expect_eof().reply("ok").close();
    });
    talk.inbound = {"ok"};
    talk.send("first ");
    talk.exchange_to_end("second");
    operation& exchange = talk.latest();
    talk.send("third");
    operation& late = talk.latest();
    talk.run();
    CHECK(exchange == completed(success, 2));
    CHECK(late == completed(net::error::broken_pipe, 0));
}

TEST_CASE("a reset is an error of the exchange, with the bytes kept") {
    for (const bool reads_first : {false, true}) {
        connected talk(
            [](endpoint& server) { server.accept().window(4).reply("abc").expect_bytes(8).reset(); });
        talk.inbound = {"abc"};
        talk.network().reads_first(reads_first);
        talk.exchange(std::string(50, 'x'));
        talk.run();
        CHECK(talk.latest() == completed(net::error::connection_reset, 3));
        CHECK(talk.held() == "abc");
    }
}

TEST_CASE("an exchange times out as send_timeout while it has something to send, else as receive_timeout") {
    connected sending([](endpoint& server) { server.accept().window(4).deaf(); });
    sending.exchange("0123456789", {}, 1s);
    sending.run();
    CHECK(sending.latest() == completed(errc::send_timeout));
    connected receiving([](endpoint& server) { server.accept().silent(); });
    receiving.exchange("0123456789", {}, 1s);
    receiving.run();
    CHECK(receiving.latest() == completed(errc::receive_timeout));
    CHECK(receiving.network().elapsed() == 1s);
    for (const bool half_closes : {false, true}) {
        half_closes ? receiving.exchange_to_end("", {}, time_limit(0s))
                    : receiving.exchange("", {}, time_limit(0s));
        receiving.run();
        CHECK(receiving.latest() == completed(errc::receive_timeout));
    }
    receiving.exchange("x", {}, time_limit(0s));
    receiving.run();
    CHECK(receiving.latest() == completed(errc::send_timeout));
}

TEST_CASE("the idle timeout of an exchange counts progress in either direction") {
    connected talk([](endpoint& server) { server.accept().window(4).latency(20ms).echo(); },
                   {.idle_timeout = 100ms});
    talk.peer_echoes = true;
    talk.exchange_to_end(std::string(100, 'x'));
    talk.run();
    CHECK(talk.latest() == completed(success, 100));
    CHECK(talk.network().elapsed() > 500ms);
    connected stuck([](endpoint& server) { server.accept().window(4).deaf(); }, {.idle_timeout = 100ms});
    stuck.exchange("0123456789");
    stuck.run();
    CHECK(stuck.latest() == completed(errc::send_timeout));
    connected silent([](endpoint& server) { server.accept().reply("x").silent(); }, {.idle_timeout = 100ms});
    silent.inbound = {"x"};
    silent.exchange("0123456789");
    silent.run();
    CHECK(silent.latest() == completed(errc::receive_timeout));
}

TEST_CASE("an exchange is cancelled by terminal and partial, not by total, and ends as its parts do") {
    for (const auto type : every_type) {
        connected talk([](endpoint& server) { server.accept().window(4).reply("ab").deaf(); });
        talk.inbound = {"ab"};
        talk.exchange("0123456789", {}, 1s);
        operation& exchange = talk.latest();
        talk.network().run_for(10ms);
        talk.emit(exchange.index, type);
        talk.run();
        const bool honoured = type != net::cancellation_type::total;
        CHECK(exchange == completed(honoured ? aborted : error_code(errc::send_timeout), 2));
        CHECK(talk.held() == "ab");
        talk.send("x");
        talk.run();
        CHECK(talk.latest() == completed(errc::send_interrupted));
    }
}

TEST_CASE("an exchange that is cancelled before anything has left leaves no trace") {
    connected talk(
        [](endpoint& server) { server.accept().window(4).expect("0123456789after").reply("yes").close(); });
    talk.inbound = {"yes"};
    talk.send("0123456789");
    talk.exchange("request");
    talk.emit(talk.latest().index, net::cancellation_type::partial);
    talk.network().poll();
    talk.send("after");
    operation& after = talk.latest();
    talk.receive();
    talk.run();
    CHECK(after == completed(success, 5));
    CHECK(talk.held() == "yes");
}

TEST_CASE("an exchange of nothing is a receive, with a half-close where one is asked for") {
    connected talk([](endpoint& server) { server.accept().expect_eof().reply("all").close(); });
    talk.inbound = {"all"};
    talk.exchange_to_end("");
    talk.run();
    CHECK(talk.latest() == completed(success, 3));
    CHECK(talk.network().failures().empty());
    connected open([](endpoint& server) { server.accept().reply("all").half_close().expect("after"); });
    open.inbound = {"all"};
    open.exchange("");
    open.run();
    CHECK(open.latest() == completed(success, 3));
    open.send("after");
    open.run();
    CHECK(open.latest() == completed(success, 5));
    CHECK(open.network().failures().empty());
}

TEST_CASE("an exchange into a full queue is refused, the others untouched") {
    connected talk([](endpoint& server) { server.accept().window(4).deaf(); }, {.send_queue = {.limit = 5}});
    talk.send("0123456789");
    talk.exchange("too much");
    talk.run();
    CHECK(talk.latest() == completed(errc::send_queue_full));
    talk.send("fits");
    talk.run();
    CHECK(talk.latest().is_pending());
}

TEST_CASE(
    "the idle timeout of an exchange that has been decided is over, though its last write made progress") {
    connected talk(
        [](endpoint& server) {
            server.accept()
                .window(4)
                .latency(1ms)
                .expect_bytes(4)
                .reply("too much")
                .expect_bytes(96)
                .silent();
        },
        {.idle_timeout = 20ms, .max_receive = 2});
    talk.inbound = {"too much"};
    talk.exchange(std::string(100, 'x'));
    talk.run();
    CHECK(talk.latest() == completed(errc::receive_limit, 2));
    CHECK(talk.network().pending_operations() == 0);
    talk.receive_exactly(1);  // the timer's next round
    talk.network().run_for(1s);
    CHECK(talk.latest().calls == 1);
}

}  // namespace uplink::tests
