// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue: how sends end early, and that many of them cost no more than their number (faults 28, 34
// to 36).

#include <uplink/detail/connection/sender.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

TEST_CASE("faults 35: a send that is cancelled or times out before any of it has left leaves no trace") {
    for (const auto type : every_type) {
        connected talk(deaf_after_four);
        operation& first = talk.send("0123456789");
        operation& cancelled = talk.send("gone");
        operation& timed_out = talk.send("late", {}, 10ms);
        operation& half_close = talk.shutdown_send();
        talk.network().poll();
        const std::size_t bytes = talk.client()->send_queue_bytes();
        talk.emit(cancelled.index, type);
        talk.emit(half_close.index, type);
        talk.network().poll();
        CHECK(talk.client()->send_queue_bytes() == bytes - 4);
        talk.run();
        CHECK(cancelled == completed(aborted, 0));
        CHECK(timed_out == completed(errc::send_timeout, 0));
        CHECK(half_close == completed(aborted));
        CHECK_FALSE(first);
        operation& later = talk.send("and on");  // the half-close is gone, too
        talk.run();
        CHECK_FALSE(later);
    }
}

TEST_CASE(
    "faults 36: a send that is stopped half-way reports how much is gone, and bars later sends, not receives") {
    for (const bool by_limit : {false, true}) {
        connected talk([](endpoint& server) { server.accept().window(4).reply("hi").deaf(); });
        talk.inbound = {"hi"};
        operation& first = talk.send("0123456789", {}, by_limit ? time_limit(10ms) : time_limit());
        operation& second = talk.send("behind");
        operation& half_close = talk.shutdown_send();
        talk.network().run_for(5ms);
        if (!by_limit) talk.emit(first.index, net::cancellation_type::partial);
        talk.run();
        CHECK(first == completed(by_limit ? error_code(errc::send_timeout) : aborted, 4));
        CHECK(second == completed(errc::send_interrupted, 0));
        CHECK(half_close == completed(errc::send_interrupted));
        operation& later = talk.send("later");
        operation& received = talk.receive_some();
        talk.run();
        CHECK(later == completed(errc::send_interrupted, 0));
        CHECK(received == completed(success, "hi"));
        CHECK(talk.client()->send_queue_bytes() == 0);
    }
}

TEST_CASE("total cancellation is not honoured once part of a send has left") {
    connected talk(deaf_after_four);
    operation& send = talk.send("0123456789");
    talk.run();
    talk.emit(send.index, net::cancellation_type::total);
    talk.run();
    CHECK_FALSE(send);
    talk.emit(send.index, net::cancellation_type::terminal);
    talk.run();
    CHECK(send == completed(aborted, 4));
}

TEST_CASE("faults 28: a peer that never reads: the send times out with what is gone") {
    connected talk(deaf_after_four);
    operation& send = talk.send("0123456789", {}, 1s);
    talk.run();
    CHECK(send == completed(errc::send_timeout, 4));
    CHECK(send.ec == condition::timeout);
    CHECK(talk.network().elapsed() == 1s);
}

TEST_CASE("faults 34: a million sends that complete at once use no stack, and leave the event loop turns") {
    uplink::testing::network net;
    net.endpoint(server_address).accept().silent();
    client_type client(net.get_executor());
    std::size_t sent = 0;
    bool other_work_ran = false;
    struct next {
        client_type& client;
        std::size_t& sent;
        void operator()(error_code ec, std::size_t n) {
            if (ec || n != 0) FAIL("number " << sent << ": " << ec.message() << ", n = " << n);
            if (++sent != 1'000'000) client.async_send(std::string(), next{client, sent});
        }
    };
    client.async_connect(uplink::testing::detail::parse_endpoint(server_address), [&](error_code ec, auto) {
        REQUIRE_FALSE(ec);
        client.async_send(std::string(), next{client, sent});
        net::post(net.get_executor(), [&] { other_work_ran = sent < 10; });
    });
    net.run();
    CHECK(sent == 1'000'000);
    CHECK(other_work_ran);
}

TEST_CASE("a great many sends in the queue complete in order, in time that grows with their number alone") {
    uplink::testing::network net;
    net.endpoint(server_address).accept().window(1 << 20).silent();
    client_type client(net.get_executor());
    constexpr std::size_t many = 200'000;
    std::size_t ended_in_order = 0;
    client.async_connect(uplink::testing::detail::parse_endpoint(server_address), [&](error_code, auto) {
        for (std::size_t i = 0; i != many; ++i) {
            client.async_send(net::buffer("x", 1), [&, i](error_code ec, std::size_t) {
                if (!ec && ended_in_order == i) ++ended_in_order;
            });
        }
    });
    net.run();
    CHECK(ended_in_order == many);
    CHECK(client.stats().bytes_sent == many);
    CHECK(client.stats().sends == many);
}

}  // namespace uplink::tests
