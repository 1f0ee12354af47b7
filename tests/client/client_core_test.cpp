// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The heart of a client: cancel(), close() and moves at any time, and handlers that throw (promises 15, 16, 25; faults 69
// to 77, 79). Clients that belong to their handlers are in client_core_owners_test.cpp.

#include <uplink/detail/client/client_core.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;
using testing::endpoint;
using testing::network;

namespace {

const auto remote = uplink::testing::detail::parse_endpoint(server_address);

struct throwing {};

}  // namespace

TEST_CASE(
    "cancel() ends everything with operation_aborted, at once, and leaves a connection whose state is kept") {
    connected talk(deaf_with_reply, {.send_queue = {.low_water = 0}});
    talk.inbound = {"abc"};
    const operation& stopped = talk.receive_until("\n");
    talk.send("0123");
    talk.drain();
    talk.network().run_for(1s);
    talk.cancel();
    talk.run();
    CHECK(stopped == completed(aborted));
    CHECK(talk.client()->is_open());
    CHECK(talk.held() == "abc");
    CHECK(talk.network().elapsed() == 1s);
    const operation& received = talk.receive_exactly(3);
    talk.run();
    CHECK(received == completed(success, "abc"));
}

TEST_CASE("cancel() and close() twice, on a fresh client, and after close() are nothing") {
    client_run talk(true);
    talk.cancel();
    talk.close();
    talk.close();
    talk.cancel();
    talk.run();
    CHECK(talk.handlers_called() == 0);
    CHECK_FALSE(talk.client()->is_open());
}

TEST_CASE("take_state() throws while a receive is pending, and gives everything otherwise") {
    connected talk(deaf_with_reply);
    talk.inbound = {"abc"};
    talk.receive_until("\n");
    talk.network().poll();
    CHECK_THROWS_AS(talk.client()->take_state(), std::logic_error);
    CHECK(talk.held() == "abc");
    talk.cancel();
    CHECK_THROWS_AS(talk.client()->take_state(), std::logic_error);  // its handler has not been called
    talk.run();
    CHECK(talk.client()->take_state().view() == "abc");
    CHECK(talk.client()->state().empty());
}

TEST_CASE("faults 75: a client moves while operations are pending, and they go on") {
    network net;
    net.endpoint(remote).accept().expect("ping").after(1s).reply("pong").close();
    client_type first(net.get_executor());
    completion connected, sent, received;
    first.async_connect(remote, record(connected));
    client_type second(std::move(first));
    net.run_until([&] { return static_cast<bool>(connected); });
    second.async_send(std::string("ping"), record(sent));
    second.async_receive(record(received));
    client_type third(net.get_executor());
    third = std::move(second);
    net.run();
    CHECK(connected == completed(success));
    CHECK(sent == completed(success));
    CHECK(received == completed(success));
    CHECK(third.state().view() == "pong");
    second = client_type(net.get_executor());  // a moved-from client is assigned
    CHECK_FALSE(second.is_open());
}

TEST_CASE("assigning to a client closes what it had, as destruction does") {
    network net;
    net.endpoint(remote).accept().deaf();
    client_type client(net.get_executor());
    completion connected, received;
    connected.and_then = [&] {
        client.async_receive(record(received));
        client = client_type(net.get_executor());
    };
    client.async_connect(remote, record(connected));
    net.run();
    CHECK(received == completed(aborted));
    CHECK(net.open_sockets() == 0);
}

TEST_CASE("faults 77: a handler that throws leaves the others to the next run()") {
    network net;
    net.endpoint(remote).accept().reply("text").deaf();
    client_type client(net.get_executor());
    completion connected, sent, received;
    sent.and_then = [] { throw throwing(); };
    connected.and_then = [&] {
        for (int i = 0; i != 10; ++i) client.async_send(std::string(), record(sent));
    };
    client.async_connect(remote, record(connected));
    for (int i = 0; i != 10; ++i) {
        CHECK_THROWS_AS(net.run(), throwing);
        CHECK(sent.calls == i + 1);
    }
    net.run();
    client.async_receive_exactly(4, record(received));
    net.run();
    CHECK(received == completed(success));
}

TEST_CASE("a handler that throws after closing the client leaves nothing stuck") {
    network net;
    net.endpoint(remote).accept().deaf();
    client_type client(net.get_executor());
    completion connected, received, sent;
    sent.and_then = [&] {
        client.close();
        throw throwing();
    };
    connected.and_then = [&] {
        client.async_receive(record(received));
        client.async_send(std::string("x"), record(sent));
    };
    client.async_connect(remote, record(connected));
    CHECK_THROWS_AS(net.run(), throwing);
    net.run();
    CHECK(received == completed(aborted));
}

TEST_CASE("faults 79: run in small steps, stopped and restarted in between, everything still ends once") {
    connected talk([](endpoint& where) {
        where.accept().window(3).expect("0123456789").expect_eof().reply("bye").close();
    });
    talk.inbound = {"bye"};
    talk.send("0123456789");
    talk.shutdown_send();
    const operation& received = talk.receive();
    for (int i = 0; i != 1000; ++i) {
        talk.network().context().stop();
        CHECK(talk.network().run() == 0);
        talk.network().context().restart();
        talk.network().step();
    }
    CHECK(talk.pending().empty());
    CHECK(received == completed(success, 3));
}

TEST_CASE("faults 69, 70: a signal that is emitted again, too late, or for the next operation") {
    network net;
    net.endpoint(remote).accept().reply("abc").deaf();
    client_type client(net.get_executor());
    net::cancellation_signal signal;
    completion connected, first, second, third;
    client.async_connect(remote, record(connected));
    net.run();
    client.async_receive_exactly(10, record(first, signal));
    signal.emit(net::cancellation_type::total);
    signal.emit(net::cancellation_type::terminal);
    net.run();
    client.async_receive_exactly(3, record(second, signal));  // nothing of the first is left
    net.run();
    client.async_receive_exactly(1, record(third, signal));
    net.run();
    signal.emit(net::cancellation_type::partial);
    net.run();
    signal.emit(net::cancellation_type::terminal);
    CHECK(first == completed(aborted));
    CHECK(second == completed(success));
    CHECK(third == completed(aborted));
}

}  // namespace uplink::tests
