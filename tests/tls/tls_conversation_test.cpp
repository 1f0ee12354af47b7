// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What holds of a conversation without TLS, with it: both directions at once, ends of either side, limits, cancels and
// close() with something pending.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};
const std::string many(100'000, 'm');

}  // namespace

TEST_CASE("TLS conversation: reads and writes at once do not wait for each other") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer()
            .window(5'000)
            .reply("a\n")
            .after(1s)
            .reply("b\n")
            .after(1s)
            .expect(many + "last")
            .close();
        auto client = world.client();
        world.connect(client);
        completion sent, last, first_line, second_line, rest;
        client.async_send(net::buffer(many), record(sent));
        client.async_send(std::string("last"), record(last));
        client.async_receive_until("\n", record(first_line));
        world.net.poll();
        CHECK(first_line == completed(success, "a\n"));
        client.async_receive_until("\n", record(second_line));
        world.net.run_for(1s);
        CHECK(second_line == completed(success, "b\n"));
        CHECK_FALSE(sent);  // the peer reads later
        client.async_receive(record(rest));
        world.net.run();
        CHECK(sent == completed(success, many.size()));
        CHECK(last == completed(success, 4));
        CHECK(rest == completed(success, 0));
        world.end(client);
    }
}

TEST_CASE("TLS conversation: limits in the past end each operation by its own code, and nothing else") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer().expect("x").reply("y").expect_eof().close();
        auto client = world.client();
        connect_completion connected;
        client.async_connect("server.test", "443", -1s, connected.handler(world.net));
        world.net.run();
        CHECK(connected.calls == 1);
        CHECK(connected.ec == errc::resolve_timeout);
        world.connect(client);
        completion sent, received, some, until;
        client.async_send(std::string("never"), -1s, record(sent));
        world.net.run();
        CHECK(sent == completed(errc::send_timeout, 0));
        client.async_receive(-1s, record(received));
        world.net.run();
        CHECK(received == completed(errc::receive_timeout, 0));
        client.async_receive_until("\n", -1s, record(until));
        world.net.run();
        CHECK(until == completed(errc::receive_timeout, ""));
        client.async_send(std::string("x"), record(sent = {}));
        client.async_receive_some(record(some));
        world.net.run();
        CHECK(sent == completed(success, 1));
        CHECK(some == completed(success, "y"));
        completion closed;
        client.async_close(record(closed));
        world.net.run();
        CHECK(closed == completed(success));
    }
}

TEST_CASE(
    "TLS conversation: a limit or a cancel of a receive leaves the bytes and a connection that goes on") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer().reply("half").after(2s).reply(" of it\n").after(2s).reply("more\n").expect("ok").close();
        auto client = world.client();
        world.connect(client);
        completion late, cancelled, line, again, sent;
        client.async_receive_until("\n", 1s, record(late));
        world.net.run_for(1s);
        CHECK(late == completed(errc::receive_timeout));
        CHECK(client.state().view() == "half");
        client.async_receive_until("\n", record(line));
        world.net.run_for(1s);
        CHECK(line == completed(success, "half of it\n"));
        net::cancellation_signal stop;
        client.async_receive_until("\n", net::bind_cancellation_slot(stop.slot(), record(cancelled)));
        world.net.run_for(1s);
        stop.emit(net::cancellation_type::total);
        world.net.poll();
        CHECK(cancelled == completed(aborted));
        client.async_receive_until("\n", record(again));
        client.async_send(std::string("ok"), record(sent));
        world.net.run();
        CHECK(again == completed(success, "more\n"));
        CHECK(sent == completed(success, 2));
        world.end(client);
    }
}

TEST_CASE("TLS conversation: close() with everything pending aborts all of it") {
    for (const int version : every_version) {
        for (const bool is_destroyed : {false, true}) {
            CAPTURE(version, is_destroyed);
            const std::string bytes(1 << 20, 'm');  // more than is encrypted at once
            tls_world world(version);
            world.peer().window(5'000).deaf();
            std::array<completion, 4> all;
            {
                auto client = world.client();
                world.connect(client);
                client.async_send(net::buffer(bytes), record(all[0]));
                client.async_send(std::string("queued"), record(all[1]));
                client.async_drain(record(all[2]));
                client.async_receive(record(all[3]));
                world.net.run_for(1s);
                for (const completion& each : all) CHECK_FALSE(each);
                if (!is_destroyed) client.close();
            }
            world.net.run();
            for (const completion& each : all) CHECK(each == completed(aborted));
            CHECK(all[0].n < bytes.size());
            CHECK(all[1].n == 0);
        }
    }
}

TEST_CASE("TLS conversation: a send that close() ends counts the bytes whose records have left as a whole") {
    for (const std::size_t window : {5'000u, 20'000u, 40'000u}) {
        CAPTURE(window);
        tls_world world;
        world.peer().window(window).deaf();
        auto client = world.client();
        world.connect(client);
        completion sent;
        client.async_send(net::buffer(many), record(sent));  // all of it is encrypted at once
        world.net.run();
        REQUIRE_FALSE(sent);
        world.end(client);
        CHECK(sent.calls == 1);
        CHECK(sent.ec == aborted);
        CHECK(sent.n == window / 16'500 * 16'384);  // a record is little longer than its plaintext
    }
}

TEST_CASE("TLS conversation: after a half-close the peer's bytes still come, and a send is broken_pipe") {
    tls_world world(TLS1_3_VERSION);  // a TLS 1.2 server may answer at once, and drop what it had to say
    world.peer().expect("question").expect_eof().after(1s).reply("answer").close();
    auto client = world.client();
    world.connect(client);
    completion sent, ended, late, received;
    client.async_send(std::string("question"), record(sent));
    client.async_shutdown_send(record(ended));
    client.async_send(std::string("late"), record(late));
    client.async_receive(record(received));
    world.net.run();
    CHECK(sent == completed(success, 8));
    CHECK(ended == completed(success));
    CHECK(late == completed(net::error::broken_pipe, 0));
    CHECK(received == completed(success, 6));
    world.end(client);
}

TEST_CASE("TLS conversation: after the peer's close_notify receives are eof, and TLS 1.3 sends go on") {
    tls_world world(TLS1_3_VERSION);
    world.peer().reply("bye\n").half_close().expect("still").expect_eof().close();
    auto client = world.client();
    world.connect(client);
    completion all, some, until, sent, closed;
    client.async_receive(record(all));
    world.net.run();
    CHECK(all == completed(success, 4));
    client.async_receive_some(record(some));
    world.net.run();
    CHECK(some == completed(success, "bye\n"));
    client.async_receive_some(record(some = {}));
    world.net.run();
    CHECK(some == completed(end_of_stream));
    client.async_receive_until("\n", record(until));
    world.net.run();
    CHECK(until == completed(end_of_stream));
    client.async_send(std::string("still"), record(sent));
    client.async_close(record(closed));
    world.net.run();
    CHECK(sent == completed(success, 5));
    CHECK(closed == completed(success));
}

TEST_CASE("TLS conversation: sends after the peer has gone fail by a reset, which is latched") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer().reply("bye").close();
        auto client = world.client();
        world.connect(client);
        completion received;
        client.async_receive(record(received));
        world.net.run();
        CHECK(received == completed(success, 3));
        completion first, second, third;
        client.async_send(std::string("first"), record(first));
        world.net.run_for(1s);
        client.async_send(std::string("second"), record(second));
        world.net.run_for(1s);
        client.async_send(std::string("third"), record(third));
        world.net.run();
        CHECK(first == completed(success, 5));  // it has left; the answer is a reset
        CHECK((second.ec == was_reset || second.ec == net::error::broken_pipe));
        CHECK(second.n == 0);
        CHECK(third == completed(second.ec, 0));
        world.end(client);
    }
}

TEST_CASE("TLS conversation: a reset under a blocked send is connection_reset for the receive too") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer().window(5'000).reply("some").after(1s).reset();
        auto client = world.client();
        world.connect(client);
        completion sent, received, again;
        client.async_send(net::buffer(many), record(sent));
        client.async_receive(record(received));
        world.net.run();
        CHECK(sent == completed(was_reset));
        CHECK(sent.n < many.size());
        CHECK(received == completed(was_reset, 4));
        CHECK(client.state().view() == "some");
        client.async_receive_exactly(5, record(again));
        world.net.run();
        CHECK(again == completed(was_reset));
        world.end(client);
    }
}

TEST_CASE("TLS conversation: a write that fails ends what is pending, and what has come is still received") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer().reply("before\n").after(1s).reply("after\n").close();
        auto client = world.client();
        world.connect(client);
        completion sent, next, pending, again, later;
        client.async_receive(record(pending));
        world.net.poll();
        world.net.fail_operation(world.net.operations(), net::error::broken_pipe);
        client.async_send(std::string("never"), record(sent));
        client.async_send(std::string("nor this"), record(next));
        world.net.poll();
        CHECK(sent == completed(net::error::broken_pipe, 0));
        CHECK(next == completed(net::error::broken_pipe, 0));
        CHECK(pending == completed(net::error::broken_pipe, 7));
        client.async_receive_until("\n", record(again));
        world.net.run();
        client.async_receive_until("\n", record(later));
        world.net.run();
        CHECK(again == completed(success, "before\n"));
        CHECK(later == completed(success, "after\n"));  // it had come by then
        world.end(client);
    }
}

TEST_CASE("TLS conversation: an async_close that the peer does not answer ends by its limit") {
    for (const int version : every_version) {
        CAPTURE(version);
        tls_world world(version);
        world.peer().silent();
        auto client = world.client({}, {.close_timeout = 3s});
        for (const bool has_own_limit : {true, false}) {
            world.connect(client);
            const auto began = world.net.elapsed();
            completion closed;
            if (has_own_limit) client.async_close(2s, record(closed));
            else client.async_close(record(closed));
            world.net.run_until([&] { return closed.calls != 0; });
            CHECK(closed == completed(errc::close_timeout));
            CHECK(world.net.elapsed() - began == (has_own_limit ? 2s : 3s));
            CHECK_FALSE(client.is_open());
            world.net.run();
        }
    }
}

}  // namespace uplink::tests
