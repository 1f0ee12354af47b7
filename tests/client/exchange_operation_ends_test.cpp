// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_exchange with a peer that ends first, and what becomes of our own sending side.

#include <uplink/detail/client/exchange_operation.hpp>

#include "support/exchange_run.hpp"

#include <string>

namespace uplink::tests {

TEST_CASE("sends that are started after an exchange, while it goes on, follow its request") {
    connected talk([](endpoint& server) {
        server.accept().window(4).expect("request, and more").reply("answer").close();
    });
    talk.inbound = {"answer"};
    const operation& exchange = talk.exchange("request");
    const operation& behind = talk.send(", and more");
    talk.run();
    CHECK(behind == completed(success, 10));
    CHECK(exchange == completed(success, 6));
}

TEST_CASE("a peer that waits for an end keeps an exchange without a half-close waiting: receive_timeout") {
    connected talk([](endpoint& server) { server.accept().expect("x").expect_eof().reply("y").close(); });
    const operation& exchange = talk.exchange("x", {}, 1s);
    talk.run();
    CHECK(exchange == completed(errc::receive_timeout, 0));
    CHECK(talk.network().elapsed() == 1s);
}

TEST_CASE("after a receive_timeout of an exchange whose request is sent, both directions go on") {
    connected talk([](endpoint& server) {
        server.accept().expect("x").after(2s).reply("late").expect("again").reply(" too").close();
    });
    talk.inbound = {"late too"};
    const operation& first = talk.exchange("x", {}, 1s);
    talk.run();
    CHECK(first == completed(errc::receive_timeout, 0));
    const operation& second = talk.exchange("again");
    talk.run();
    CHECK(second == completed(success, 8));
}

TEST_CASE("an exchange after the peer's end has been told sends its request all the same") {
    connected talk([](endpoint& server) { server.accept().half_close().expect("late"); });
    talk.receive();
    talk.run();
    const operation& exchange = talk.exchange("late");
    talk.run();
    CHECK(exchange == completed(success, 0));
    CHECK(talk.peer_got() == "late");
}

TEST_CASE("an exchange that still sends to a peer that has ended keeps its limits: send_timeout") {
    for (const bool is_idle : {false, true}) {
        client_options options;
        if (is_idle) options.idle_timeout = 1s;
        connected talk(deaf_after_end, options);
        talk.inbound = {"no"};
        const operation& exchange = talk.exchange("0123456789", {}, is_idle ? time_limit() : time_limit(1s));
        talk.run();
        CHECK(exchange == completed(errc::send_timeout, 2));
        CHECK(talk.network().elapsed() == 1s);
        CHECK(talk.network().pending_operations() == 0);
        const operation& later = talk.send("x");
        talk.run();
        CHECK(later == completed(errc::send_interrupted));
    }
}

TEST_CASE("an exchange that still sends to a peer that has ended can be cancelled, by its types alone") {
    for (const auto type : every_type) {
        connected talk(deaf_after_end);
        talk.inbound = {"no"};
        const operation& exchange = talk.exchange_to_end("0123456789", {}, 1s);
        talk.network().run_for(10ms);
        talk.emit(exchange.index, type);
        talk.run();
        const bool honoured = type != net::cancellation_type::total;
        CHECK(exchange == completed(honoured ? aborted : error_code(errc::send_timeout), 2));
        CHECK(talk.peer_got().size() <= 4);
    }
}

TEST_CASE("close() and destruction end an exchange that still sends to a peer that has ended") {
    for (const bool destroys : {false, true}) {
        connected talk(deaf_after_end);
        talk.inbound = {"no"};
        const operation& exchange = talk.exchange("0123456789");
        talk.network().run_for(10ms);
        destroys ? talk.destroy_client() : talk.close();
        talk.run();
        CHECK(exchange == completed(aborted, 2));
    }
}

TEST_CASE("the context may go while an exchange still sends to a peer that has ended") {
    for (const bool half_closes : {false, true}) {
        connected talk(deaf_after_end);
        talk.inbound = {"no"};
        start_exchange(talk, half_closes, "0123456789");
        talk.network().run_for(10ms);
        CHECK(talk.handlers_alive() == 1);
        talk.destroy_context(client_run::owner::context_first);
        CHECK(talk.handlers_alive() == 0);
    }
}

TEST_CASE("a request that is stopped before it leaves takes its half-close with it") {
    // The write in flight is another send's, or the request's own of which nothing has gone.
    for (const bool is_first : {false, true}) {
        connected talk([is_first](endpoint& server) {
            server.accept().window(4).expect(is_first ? "after" : "0123456789after").reply("yes").close();
        });
        talk.inbound = {"yes"};
        talk.network().writes_at_once(false);
        if (!is_first) talk.send("0123456789");
        const operation& exchange = talk.exchange_to_end("request");
        talk.emit(exchange.index, net::cancellation_type::terminal);
        talk.network().poll();
        CHECK(exchange == completed(aborted, 0));
        const operation& after = talk.send("after");
        talk.receive();
        talk.run();
        CHECK(after == completed(success, 5));
        CHECK(talk.held() == "yes");
    }
}

TEST_CASE("a held request that is stopped takes its half-close with it") {
    connected talk([](endpoint& server) { server.accept().expect("first, after").reply("yes").close(); });
    talk.network().writes_at_once(true);
    talk.inbound = {"yes"};
    talk.send("first");                                           // at once, and until its handler is called
    const operation& exchange = talk.exchange_to_end("request");  // all others are held
    talk.emit(exchange.index, net::cancellation_type::terminal);
    talk.network().poll();
    CHECK(exchange == completed(aborted, 0));
    const operation& after = talk.send(", after");
    talk.receive();
    talk.run();
    CHECK(after == completed(success, 7));
    CHECK(talk.held() == "yes");
}

TEST_CASE("a cancel on the stream itself ends an exchange, and makes no half-close without the request") {
    connected talk([](endpoint& server) {
        server.accept().window(4).after(1s).expect("0123after").reply("yes").close();
    });
    talk.inbound = {"yes"};
    talk.send("0123");
    talk.network().run_for(1ms);
    const operation& exchange = talk.exchange_to_end("request");
    talk.network().run_for(1ms);
    talk.client()->lowest_layer().cancel();
    talk.network().run_for(1ms);
    CHECK(exchange == completed(aborted, 0));
    const operation& after = talk.send("after");
    talk.receive();
    talk.run();
    CHECK(after == completed(success, 5));
    CHECK(talk.held() == "yes");
}

}  // namespace uplink::tests
