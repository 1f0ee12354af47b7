// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a client counts: stats(), send_queue_bytes() and what async_drain waits for, exact after partial writes,
// cancels, failures and the end.

#include <uplink/detail/client/client_core.hpp>

#include "support/connected.hpp"
#include "support/scripted_stream.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE("connected_for grows until the end of the connection, whatever ends it, asked before or not") {
    enum class ended_by { close, peer, limit, reset };
    for (const auto how : {ended_by::close, ended_by::peer, ended_by::limit, ended_by::reset}) {
        for (const bool is_asked : {false, true}) {
            CAPTURE(how, is_asked);
            completion closed;
            scripted_client<> talk;
            CHECK(talk.client.stats().connected_for == 0s);
            talk.net.run_for(1h);  // before the connection
            talk.connect();
            CHECK(talk.client.stats().connected_for == 0s);
            talk.net.run_for(3s);
            if (is_asked) CHECK(talk.client.stats().connected_for == 3s);
            talk.net.run_for(2s);
            if (how == ended_by::close) talk.client.close();
            if (how == ended_by::peer) {
                talk.client.async_close(record(closed));
                talk.script().end_read(net::error::eof);
            }
            if (how == ended_by::limit) talk.client.async_close(0s, record(closed));
            if (how == ended_by::reset) {
                talk.client.async_close(record(closed));
                talk.script().end_read(net::error::connection_reset);
            }
            talk.run();
            talk.net.run_for(5s);
            CHECK_FALSE(talk.client.is_open());
            CHECK(talk.client.stats().connected_for == 5s);
        }
    }
}

TEST_CASE("a connection that has failed and is replaced leaves nothing in the counts of the next") {
    completion received, sent, again;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_receive(record(received));
    talk.client.async_send(std::string("abc"), record(sent));
    talk.script().end_write();
    talk.script().end_read(net::error::connection_reset, "xy");
    talk.net.run_for(5s);
    CHECK(talk.client.stats().bytes_sent == 3);
    CHECK(talk.client.stats().bytes_received == 2);
    CHECK(talk.client.stats().connected_for == 5s);  // it is still held
    talk.client.async_connect(talk.server, record(again));
    talk.run();
    REQUIRE(again == completed(success));
    talk.net.run_for(1s);
    const connection_stats stats = talk.client.stats();
    CHECK(stats.bytes_sent == 0);
    CHECK(stats.bytes_received == 0);
    CHECK(stats.sends == 0);
    CHECK(stats.receives == 0);
    CHECK(stats.connected_for == 1s);
}

TEST_CASE("the counts are there as soon as the client is closed, though its read has not come back") {
    completion sent, received;
    scripted_client<> talk;
    talk.connect();
    talk.script().ends_cancelled_reads = false;
    talk.client.async_send(std::string("abc"), record(sent));
    talk.client.async_receive(record(received));
    talk.script().end_write();
    talk.script().end_read("de");
    talk.run();
    talk.client.close();
    CHECK(talk.client.stats().bytes_sent == 3);
    CHECK(talk.client.stats().bytes_received == 2);
    CHECK(talk.client.stats().sends == 1);
    talk.script().end_read("late");
    talk.run();
    CHECK(talk.client.stats().bytes_received == 2);
}

TEST_CASE(
    "sends and receives count once each, where they succeed, and a half-close and a drain count as none") {
    completion sent, some, shut, drained, failed, received, again, nothing, read;
    scripted_client<> talk;
    talk.connect();
    std::string buffer(4, ' ');
    const auto stats = [&] { return std::pair(talk.client.stats().sends, talk.client.stats().receives); };
    using counts = std::pair<std::uint64_t, std::uint64_t>;
    talk.client.async_send(std::string("0123456789"), record(sent));
    talk.client.async_write_some(net::buffer("ab", 2), record(some));
    talk.client.async_drain(record(drained));
    for (const std::size_t n : {3u, 3u, 4u}) {
        CHECK(stats() == counts(0, 0));
        talk.script().end_write({}, n);
        talk.run();
    }
    CHECK(stats() == counts(1, 0));
    talk.script().end_write({}, 1);
    talk.run();
    CHECK(some == completed(success, 1));
    CHECK(stats() == counts(2, 0));
    talk.client.async_shutdown_send(record(shut));
    talk.run();
    CHECK(shut == completed(success));
    talk.client.async_shutdown_send(record(shut));
    talk.client.async_send(std::string("late"), record(failed));
    talk.run();
    CHECK(failed == completed(net::error::broken_pipe));
    CHECK(stats() == counts(2, 0));
    talk.client.async_receive_exactly(4, record(received));
    for (const char* piece : {"ab", "c", "defg"}) {
        CHECK(stats() == counts(2, 0));
        talk.script().end_read(piece);
        talk.run();
    }
    CHECK(stats() == counts(2, 1));
    talk.client.async_read_some(net::buffer(buffer), record(read));
    talk.run();
    CHECK(read == completed(success, 3));
    CHECK(stats() == counts(2, 2));
    talk.client.async_receive(1s, record(again));
    talk.script().end_read("x");
    talk.run();
    talk.net.run_for(1s);
    CHECK(again == completed(errc::receive_timeout));
    CHECK(stats() == counts(2, 2));
    talk.client.async_receive(record(nothing));
    talk.script().end_read(net::error::eof);
    talk.run();
    CHECK(nothing == completed(success));
    CHECK(stats() == counts(2, 3));
    CHECK(talk.client.stats().bytes_received == 8);
    CHECK(talk.client.stats().bytes_sent == 11);
}

TEST_CASE("an exchange counts as one send and one receive, and as what it got done where it fails") {
    for (const bool answers : {true, false}) {
        completion exchanged;
        scripted_client<> talk;
        talk.connect();
        talk.client.async_exchange(std::string("request"), record(exchanged));
        CHECK(talk.client.send_queue_bytes() == 7);
        talk.script().end_write();
        talk.run();
        talk.script().end_read(answers ? end_of_stream : was_reset, "abc");
        talk.run();
        CHECK(exchanged == completed(answers ? success : was_reset, 3));
        CHECK(talk.client.stats().sends == 1);
        CHECK(talk.client.stats().receives == (answers ? 1 : 0));
        CHECK(talk.client.stats().bytes_received == 3);
    }
}

TEST_CASE("a send of which a write at once takes part counts what is left, for the queue and its limit") {
    completion sent, fits, refused;
    scripted_client<> talk({.send_queue = {.limit = 5}});
    talk.connect();
    talk.script().writes.push_back({{}, {}, 4});
    talk.client.async_send(std::string("0123456789"), record(sent));
    CHECK(talk.client.send_queue_bytes() == 6);
    CHECK(talk.client.stats().bytes_sent == 4);
    REQUIRE(talk.script().is_writing());
    CHECK(talk.script().writing() == "456789");
    talk.client.async_send(std::string("abcde"), record(fits));
    talk.client.async_send(std::string("f"), record(refused));
    CHECK(talk.client.send_queue_bytes() == 11);
    talk.script().end_write({}, 2);
    talk.run();
    CHECK(refused == completed(errc::send_queue_full));
    CHECK(talk.client.send_queue_bytes() == 9);
    while (talk.script().is_writing()) {
        talk.script().end_write({}, 1);
        talk.run();
    }
    CHECK(sent == completed(success));
    CHECK(fits == completed(success));
    CHECK(talk.client.send_queue_bytes() == 0);
    CHECK(talk.client.stats().bytes_sent == 15);
    CHECK(talk.script().written == "0123456789abcde");
}

TEST_CASE("the queue's limit counts exactly what waits, after cancels and partial writes of all kinds") {
    net::cancellation_signal waiting_signal, begun_signal;
    completion front, begun, waiting, fits, refused;
    scripted_client<> talk({.send_queue = {.limit = 10}});
    talk.connect();
    const auto room = [&](std::size_t expected) {
        completion fitting, too_much;
        net::cancellation_signal signal;
        talk.client.async_send(std::string(expected + 1, 'x'), record(too_much));
        talk.client.async_send(std::string(expected, 'x'), with_slot(signal, record(fitting)));
        signal.emit(net::cancellation_type::terminal);
        talk.run();
        CHECK(too_much == completed(errc::send_queue_full));
        CHECK(fitting == completed(aborted));
    };
    talk.client.async_send(std::string("0123456789"), record(front));
    room(10);
    talk.client.async_send(std::string("abcd"), with_slot(begun_signal, record(begun)));
    room(6);
    talk.client.async_send(std::string("ef"), with_slot(waiting_signal, record(waiting)));
    room(4);
    waiting_signal.emit(net::cancellation_type::total);
    room(6);
    CHECK(talk.client.send_queue_bytes() == 14);
    talk.script().end_write({}, 3);  // the next one gathers "abcd" too, which waits no more
    talk.run();
    CHECK(talk.script().writing() == "3456789abcd");
    room(10);
    talk.script().end_write({}, 9);  // of "abcd" two are gone
    talk.run();
    room(10);
    CHECK(talk.client.send_queue_bytes() == 2);
    begun_signal.emit(net::cancellation_type::partial);
    talk.run();
    CHECK(begun == completed(aborted, 2));
    CHECK(talk.client.send_queue_bytes() == 0);
    CHECK(waiting == completed(aborted));
    CHECK(front == completed(success));
}

TEST_CASE("a send larger than the limit is refused where anything waits, however large") {
    completion front, refused;
    scripted_client<> talk({.send_queue = {.limit = 10}});
    talk.connect();
    talk.client.async_send(std::string("front"), record(front));
    // Of a size with which the sum would wrap: nobody reads it.
    const net::const_buffer huge(talk.server.data(), static_cast<std::size_t>(-1));
    talk.client.async_send(huge, record(refused));
    talk.run();
    CHECK(refused == completed(errc::send_queue_full));
    CHECK(talk.client.send_queue_bytes() == 5);
}

TEST_CASE(
    "drains end when the queue reaches the low-water mark: by a write, a cancel of a send, or a failure") {
    enum class ended_by { write, cancelled_send, failure, cancel };
    for (const auto how : {ended_by::write, ended_by::cancelled_send, ended_by::failure, ended_by::cancel}) {
        CAPTURE(how);
        net::cancellation_signal signal;
        completion front, behind, first, second, third;
        scripted_client<> talk({.send_queue = {.low_water = 10}});
        talk.connect();
        talk.client.async_send(std::string("0123456789"), record(front));
        talk.client.async_send(std::string("a"), with_slot(signal, record(behind)));
        talk.client.async_drain(record(first));
        talk.client.async_drain(record(second));
        talk.run();
        CHECK_FALSE(first);
        if (how == ended_by::write) talk.script().end_write({}, 1);  // exactly the mark
        if (how == ended_by::cancelled_send) signal.emit(net::cancellation_type::total);
        if (how == ended_by::failure) talk.script().end_write(was_reset, 0);
        if (how == ended_by::cancel) talk.client.cancel();
        talk.run();
        const error_code expected = how == ended_by::failure  ? was_reset
                                    : how == ended_by::cancel ? aborted
                                                              : success;
        CHECK(first == completed(expected));
        CHECK(second == completed(expected));
        talk.client.async_drain(record(third));
        talk.run();
        CHECK(third == completed(how == ended_by::failure ? was_reset : success));
    }
}

TEST_CASE("a drain that is stopped twice ends once, with the first reason") {
    for (const bool by_limit : {false, true}) {
        net::cancellation_signal signal;
        completion front, drained, other;
        scripted_client<> talk({.send_queue = {.low_water = 0}});
        talk.connect();
        talk.client.async_send(std::string("0"), record(front));
        talk.client.async_drain(by_limit ? 1s : 1h, with_slot(signal, record(drained)));
        talk.client.async_drain(2h, record(other));
        if (by_limit) {
            talk.net.run_for(1s);
        } else {
            signal.emit(net::cancellation_type::total);
            signal.emit(net::cancellation_type::terminal);
        }
        signal.emit(net::cancellation_type::terminal);
        talk.net.run_for(1h);
        CHECK(drained == completed(by_limit ? error_code(errc::send_timeout) : aborted));
        CHECK_FALSE(other);
        talk.script().end_write();
        talk.run();
        CHECK(other == completed(success));
    }
}

TEST_CASE_METHOD(client_test, "what the system told of an earlier connection does not show after a later one",
                 "[stats]") {
    loopback_server server({server_script().until_gone(), server_script().until_gone()});
    async_client client{io};
    connect(client, server);
    const bool tells = client.stats().rtt.has_value();
    client.close();
    CHECK(client.stats().rtt.has_value() == tells);  // of the last one, as it was asked
    connect(client, server);
    client.close();
    run();
    CHECK_FALSE(client.stats().rtt);
    CHECK_FALSE(client.stats().retransmits);
}

}  // namespace uplink::tests
