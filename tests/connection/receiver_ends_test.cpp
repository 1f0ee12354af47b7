// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection: bytes and an error from one read, ends that wait for a write, and what a failed
// connection still holds.

#include <uplink/detail/connection/receiver.hpp>

#include "support/scripted_stream.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

struct scripted_ends : scripted_client<> {
    explicit scripted_ends(client_options options = {}) : scripted_client(std::move(options)) { connect(); }
};

/// A connection that is gone, of which the read was told an end while a write is in flight.
struct end_behind_write : scripted_ends {
    explicit end_behind_write(bool discards = false) {
        client.async_send(std::string("request"), record(sent));
        REQUIRE(script().is_writing());
        script().ends_cancelled_writes = false;
        script().peer_gone = true;
        if (discards) client.async_close(record(closed));
        else client.async_receive(record(received));
        script().end_read(end_of_stream, "abc");
        run();
    }
    completion sent, received, closed;
};

}  // namespace

TEST_CASE("bytes that come with an error are taken before it") {
    struct row {
        error_code with;
        error_code expected;
    };
    for (const row& each : {row{was_reset, was_reset}, row{end_of_stream, {}},
                            row{net::error::timed_out, net::error::timed_out}}) {
        scripted_ends talk;
        completion received;
        std::string held;
        received.and_then = [&] { held = talk.client.state().view(); };
        talk.client.async_receive(record(received));
        talk.script().end_read(each.with, "abc");
        talk.run();
        CHECK(received == completed(each.expected, 3));
        CHECK(held == "abc");
        CHECK(talk.client.stats().bytes_received == 3);
    }
}

TEST_CASE("bytes that come with an error satisfy the receive, and the error is the next one's") {
    for (const error_code& with : {was_reset, end_of_stream}) {
        scripted_ends talk;
        completion received, next;
        talk.client.async_receive_exactly(3, record(received));
        talk.script().end_read(with, "abc");
        talk.run();
        CHECK(received == completed(success, "abc"));
        talk.client.async_receive_exactly(1, record(next));
        talk.run();
        CHECK(next == completed(with));
    }
}

TEST_CASE("bytes that come with a transient error are taken, and the receive goes on") {
    scripted_ends talk;
    completion received;
    talk.client.async_receive_exactly(4, record(received));
    talk.script().end_read(net::error::try_again, "abc");
    talk.run();
    CHECK_FALSE(received);
    talk.script().end_read("d");
    talk.run();
    CHECK(received == completed(success, "abcd"));
}

TEST_CASE("bytes that come with an error into async_read_some's buffer are its result") {
    for (const error_code& with : {was_reset, end_of_stream}) {
        scripted_ends talk;
        completion read, next;
        std::string buffer(10, ' ');
        talk.client.async_read_some(net::buffer(buffer), record(read));
        talk.script().end_read(with, "abc");
        talk.run();
        CHECK(read == completed(success, 3));
        CHECK(buffer.starts_with("abc "));
        talk.client.async_read_some(net::buffer(buffer), record(next));
        talk.run();
        CHECK(next == completed(with));
    }
}

TEST_CASE("a write that the transport leaves pending is given back where an end waits for it") {
    end_behind_write talk;
    CHECK(talk.script().write_cancels() == 1);
    CHECK_FALSE(talk.received);  // what the write says decides
    CHECK_FALSE(talk.script().is_reading());
    talk.script().end_write(net::error::operation_aborted, 0);
    talk.run();
    CHECK(talk.received == completed(was_reset, 3));
    CHECK(talk.sent == completed(was_reset));
}

TEST_CASE("an end that waits for a write is what the write's result makes of it") {
    struct row {
        error_code write;
        std::size_t n;
        bool peer_gone;
        error_code expected;
    };
    for (const row& each : {row{{}, 7, true, was_reset}, row{{}, 3, true, was_reset},
                            row{net::error::broken_pipe, 0, true, net::error::broken_pipe},
                            row{was_reset, 0, true, was_reset}, row{{}, 7, false, {}}}) {
        CAPTURE(each.write.message(), each.n, each.peer_gone);
        end_behind_write talk;
        talk.script().peer_gone = each.peer_gone;
        talk.script().end_write(each.write, each.n);
        talk.run();
        CHECK(talk.received == completed(each.expected, 3));
        CHECK_FALSE(talk.script().is_reading());
        CHECK_FALSE(talk.script().is_writing());
        CHECK(talk.client.stats().bytes_sent == each.n);
    }
}

TEST_CASE("a receive whose end waits for a write can be stopped, and the next waits for it too") {
    for (const bool by_limit : {false, true}) {
        end_behind_write talk;
        talk.client.cancel();
        talk.run();
        CHECK(talk.received == completed(aborted));
        completion next;
        talk.client.async_receive(by_limit ? 10ms : 10h, record(next));
        talk.run();
        CHECK_FALSE(next);
        CHECK_FALSE(talk.script().is_reading());
        if (by_limit) {
            talk.net.run_for(10ms);
            CHECK(next == completed(errc::receive_timeout));
        }
        talk.script().end_write(net::error::operation_aborted, 0);
        talk.run();
        CHECK(next == completed(by_limit ? error_code(errc::receive_timeout) : was_reset));
    }
}

TEST_CASE("an end that waits for a write is of no more interest once the client is closed") {
    end_behind_write talk;
    talk.client.close();
    talk.run();
    CHECK(talk.received == completed(aborted));
    CHECK_FALSE(talk.sent);
    talk.script().end_write({}, 7);
    talk.run();
    CHECK(talk.sent == completed(success));  // all of it had left
}

TEST_CASE("the peer's end during async_close waits for a write, too, and may turn out a reset") {
    for (const bool gone : {true, false}) {
        end_behind_write talk(true);
        CHECK_FALSE(talk.closed);
        CHECK_FALSE(talk.script().is_reading());
        talk.script().peer_gone = gone;
        talk.script().end_write({}, 7);
        talk.run();
        CHECK(talk.closed == completed(gone ? was_reset : success));
        CHECK(talk.sent == completed(success));
        CHECK(talk.script().shutdowns == (gone ? 0 : 1));
        CHECK_FALSE(talk.client.is_open());
        CHECK(talk.client.stats().bytes_received == 3);  // dropped ones count
    }
}

TEST_CASE(
    "an end after our own half-close needs no write, and is orderly whatever the kernel says of the peer") {
    scripted_ends talk;
    completion shut, received;
    talk.client.async_shutdown_send(record(shut));
    talk.client.async_receive(record(received));
    talk.script().peer_gone = true;  // both sides have ended
    talk.script().end_read(end_of_stream);
    talk.run();
    CHECK(shut == completed(success));
    CHECK(received == completed(success));
}

TEST_CASE(
    "a direct read that meets a failure leaves the state alone, and the next receive takes what is there") {
    for (const bool refused : {false, true}) {
        scripted_ends talk;
        completion read, sent, received;
        std::string buffer(10, ' ');
        talk.client.async_read_some(net::buffer(buffer), record(read));
        talk.script().reads.push_back({{}, "left"});
        if (refused) {
            talk.script().writes.push_back({was_reset});
            talk.client.async_send(std::string("x"), record(sent));
            talk.run();
        } else {
            talk.script().end_read(was_reset);
            talk.run();
        }
        CHECK(read == completed(was_reset, 0));
        CHECK(talk.client.state().empty());
        talk.client.async_receive(record(received));
        talk.run();
        CHECK(received == completed(was_reset));
        CHECK(talk.client.state().view() == "left");
    }
}

TEST_CASE("a direct read into an empty first buffer goes to the second") {
    scripted_ends talk;
    completion read;
    std::string second(5, ' ');
    const std::array<net::mutable_buffer, 3> buffers{net::mutable_buffer(), net::buffer(second),
                                                     net::mutable_buffer()};
    talk.client.async_read_some(buffers, record(read));
    REQUIRE(talk.script().read_room() == 5);
    talk.script().end_read("abc");
    talk.run();
    CHECK(read == completed(success, 3));
    CHECK(second == "abc  ");
}

TEST_CASE(
    "what a failed connection holds goes into the state up to max_receive, and no byte is lost or moved") {
    scripted_ends talk({.max_receive = 4});
    completion received, again, rest;
    talk.client.async_receive(record(received));
    talk.script().end_read("ab");
    talk.run();
    talk.script().reads.push_back({{}, "cdefgh"});
    talk.script().end_read(was_reset);
    talk.run();
    CHECK(received == completed(was_reset, 4));
    CHECK(talk.client.state().view() == "abcd");
    CHECK(talk.client.stats().bytes_received == 4);
    talk.client.state().consume(4);
    talk.client.async_receive(record(again));
    talk.run();
    CHECK(again == completed(was_reset));
    CHECK(talk.client.state().view() == "efgh");
    CHECK(talk.client.stats().bytes_received == 8);
}

}  // namespace uplink::tests
