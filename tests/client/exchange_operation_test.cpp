// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_exchange: it receives while it sends, and is a success when both have been.

#include <uplink/detail/client/exchange_operation.hpp>

#include "support/exchange_run.hpp"

#include <string>

namespace uplink::tests {

TEST_CASE("an exchange with a peer that answers as it reads does not deadlock") {
    const std::string request(100'000, 'q');
    connected talk([](endpoint& server) { server.accept().window(1000).latency(1ms).echo(); });
    talk.peer_echoes = true;
    const operation& exchange = talk.exchange_to_end(request);
    talk.run();
    CHECK(exchange == completed(success, request.size()));
    CHECK(talk.held() == request);
    CHECK(talk.client()->is_open());
}

TEST_CASE("the number is what the exchange received, and what was there before is in the state already") {
    connected talk(
        [](endpoint& server) { server.accept().reply("hello\nmore ").expect("bye").reply("text").close(); });
    talk.inbound = {"hello\nmore text"};
    talk.receive_until("\n");
    talk.run();
    const operation& exchange = talk.exchange("bye");
    talk.run();
    CHECK(exchange == completed(success, 4));
    CHECK(talk.held() == "more text");
}

TEST_CASE("an exchange waits its turn behind queued sends, and nothing may follow its half-close") {
    connected talk([](endpoint& server) {
        server.accept().window(4).expect("first second").expect_eof().reply("ok").close();
    });
    talk.inbound = {"ok"};
    talk.send("first ");
    const operation& exchange = talk.exchange_to_end("second");
    const operation& late = talk.send("third");
    talk.run();
    CHECK(exchange == completed(success, 2));
    CHECK(late == completed(net::error::broken_pipe, 0));
}

TEST_CASE("an exchange times out as send_timeout while it has something to send, else as receive_timeout") {
    connected sending(deaf_after_four);
    const operation& unsent = sending.exchange("0123456789", {}, 1s);
    sending.run();
    CHECK(unsent == completed(errc::send_timeout));
    connected receiving([](endpoint& server) { server.accept().silent(); });
    const operation& unanswered = receiving.exchange("0123456789", {}, 1s);
    receiving.run();
    CHECK(unanswered == completed(errc::receive_timeout));
    CHECK(receiving.network().elapsed() == 1s);
    for (const bool half_closes : {false, true}) {
        const operation& of_nothing = start_exchange(receiving, half_closes, "", time_limit(0s));
        receiving.run();
        CHECK(of_nothing == completed(errc::receive_timeout));
    }
    const operation& expired = receiving.exchange("x", {}, time_limit(0s));
    receiving.run();
    CHECK(expired == completed(errc::send_timeout));
}

TEST_CASE("the idle timeout of an exchange counts progress in either direction") {
    connected talk([](endpoint& server) { server.accept().window(4).latency(20ms).echo(); },
                   {.idle_timeout = 100ms});
    talk.peer_echoes = true;
    const operation& echoed = talk.exchange_to_end(std::string(100, 'x'));
    talk.run();
    CHECK(echoed == completed(success, 100));
    CHECK(talk.network().elapsed() > 500ms);
    connected stuck(deaf_after_four, {.idle_timeout = 100ms});
    const operation& unsent = stuck.exchange("0123456789");
    stuck.run();
    CHECK(unsent == completed(errc::send_timeout));
    connected silent([](endpoint& server) { server.accept().reply("x").silent(); }, {.idle_timeout = 100ms});
    silent.inbound = {"x"};
    const operation& unanswered = silent.exchange("0123456789");
    silent.run();
    CHECK(unanswered == completed(errc::receive_timeout));
}

TEST_CASE("an exchange is cancelled by terminal and partial, not by total, and ends as its parts do") {
    for (const auto type : every_type) {
        connected talk([](endpoint& server) { server.accept().window(4).reply("ab").deaf(); });
        talk.inbound = {"ab"};
        const operation& exchange = talk.exchange("0123456789", {}, 1s);
        talk.network().run_for(10ms);
        talk.emit(exchange.index, type);
        talk.run();
        const bool honoured = type != net::cancellation_type::total;
        CHECK(exchange == completed(honoured ? aborted : error_code(errc::send_timeout), 2));
        CHECK(talk.held() == "ab");
        const operation& later = talk.send("x");
        talk.run();
        CHECK(later == completed(errc::send_interrupted));
    }
}

TEST_CASE("an exchange that is cancelled before anything has left leaves no trace") {
    connected talk(
        [](endpoint& server) { server.accept().window(4).expect("0123456789after").reply("yes").close(); });
    talk.inbound = {"yes"};
    talk.send("0123456789");
    const operation& cancelled = talk.exchange("request");
    talk.emit(cancelled.index, net::cancellation_type::partial);
    talk.network().poll();
    const operation& after = talk.send("after");
    talk.receive();
    talk.run();
    CHECK(after == completed(success, 5));
    CHECK(talk.held() == "yes");
}

TEST_CASE("an exchange of nothing is a receive, with a half-close where one is asked for") {
    connected talk([](endpoint& server) { server.accept().expect_eof().reply("all").close(); });
    talk.inbound = {"all"};
    const operation& half_closing = talk.exchange_to_end("");
    talk.run();
    CHECK(half_closing == completed(success, 3));
    CHECK(talk.network().failures().empty());
    connected open([](endpoint& server) { server.accept().reply("all").half_close().expect("after"); });
    open.inbound = {"all"};
    const operation& staying_open = open.exchange("");
    open.run();
    CHECK(staying_open == completed(success, 3));
    const operation& after = open.send("after");
    open.run();
    CHECK(after == completed(success, 5));
    CHECK(open.network().failures().empty());
}

TEST_CASE("an exchange into a full queue is refused, the others untouched") {
    connected talk(deaf_after_four, {.send_queue = {.limit = 5}});
    talk.send("0123456789");
    const operation& refused = talk.exchange("too much");
    talk.run();
    CHECK(refused == completed(errc::send_queue_full));
    const operation& fitting = talk.send("fits");
    talk.run();
    CHECK(fitting.is_pending());
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
    const operation& exchange = talk.exchange(std::string(100, 'x'));
    talk.run();
    CHECK(exchange == completed(errc::receive_limit, 2));
    CHECK(talk.network().pending_operations() == 0);
    const operation& received = talk.receive_exactly(1);  // the timer's next round
    talk.network().run_for(1s);
    CHECK(received == completed(success, "t"));
}

}  // namespace uplink::tests
