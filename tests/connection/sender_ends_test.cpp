// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue: how it meets errors of the stream: foreign cancels, writes of nothing, half-closes that
// fail, and which error a later operation gets.

#include <uplink/detail/connection/sender.hpp>

#include "support/scripted_stream.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE("a write that somebody cancels on the stream itself ends its first send, and the others go on") {
    for (const std::size_t gone : {0u, 4u}) {
        completion first, second;
        scripted_client<> talk;
        talk.connect();
        talk.client.async_send(std::string("0123456789"), record(first));
        talk.client.async_send(std::string("second"), record(second));
        talk.script().end_write(net::error::operation_aborted, gone);
        talk.run();
        CHECK(first == completed(aborted, gone));
        if (gone != 0) {
            CHECK(second == completed(errc::send_interrupted));
        } else {
            CHECK_FALSE(second);
            CHECK(talk.script().writing() == "second");
            talk.script().end_write();
            talk.run();
            CHECK(second == completed(success));
        }
        CHECK(talk.client.send_queue_bytes() == 0);
    }
}

TEST_CASE("a write of nothing is no progress: the idle limit goes on, and one of a byte begins it anew") {
    completion sent;
    scripted_client<> talk({.idle_timeout = 50ms});
    talk.connect();
    talk.client.async_send(std::string("0123456789"), record(sent));
    for (int i = 0; i != 3; ++i) {
        talk.net.run_for(40ms);
        talk.script().end_write({}, 1);
        talk.run();
    }
    CHECK_FALSE(sent);
    for (int i = 0; i != 4; ++i) {
        talk.net.run_for(10ms);
        talk.script().end_write(net::error::try_again, 0);
        talk.run();
    }
    CHECK_FALSE(sent);
    talk.net.run_for(10ms);
    CHECK(sent == completed(errc::send_timeout, 3));
}

TEST_CASE("an idle limit beyond the clock is none") {
    completion sent, received;
    scripted_client<> talk({.idle_timeout = (std::chrono::nanoseconds::max)()});
    talk.connect();
    talk.client.async_send(std::string("abc"), record(sent));
    talk.client.async_receive_exactly(3, record(received));
    talk.net.run_for(24h * 365);
    CHECK_FALSE(sent);
    CHECK_FALSE(received);
    talk.script().end_write();
    talk.script().end_read("abc");
    talk.run();
    CHECK(sent == completed(success));
    CHECK(received == completed(success));
}

TEST_CASE("a half-close that fails is the connection's error, a lost connection a reset") {
    struct row {
        error_code shutdown;
        error_code expected;
    };
    for (const row& each : {row{net::error::not_connected, net::error::connection_reset},
                            row{net::error::no_buffer_space, net::error::no_buffer_space}}) {
        for (const bool by_close : {false, true}) {
            completion shut, received, later;
            scripted_client<> talk;
            talk.connect();
            talk.script().shutdown_error = each.shutdown;
            talk.client.async_receive(record(received));
            if (by_close) talk.client.async_close(record(shut));
            else talk.client.async_shutdown_send(record(shut));
            talk.run();
            CHECK(shut == completed(each.expected));
            CHECK(received == completed(by_close ? aborted : each.expected));
            talk.client.async_receive(record(later));
            talk.run();
            CHECK(later == completed(by_close ? error_code(net::error::not_connected) : each.expected));
        }
    }
}

TEST_CASE("any number of half-closes behind sends end as one, each once") {
    completion sent, first, second, third;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_send(std::string("abc"), record(sent));
    talk.client.async_shutdown_send(record(first));
    talk.client.async_shutdown_send(record(second));
    talk.run();
    CHECK_FALSE(first);
    talk.script().end_write();
    talk.run();
    CHECK(sent == completed(success));
    CHECK(first == completed(success));
    CHECK(second == completed(success));
    talk.client.async_shutdown_send(record(third));
    talk.run();
    CHECK(third == completed(success));
    CHECK(talk.script().shutdowns == 1);
}

TEST_CASE("a half-close that is cancelled is as if it had not been asked for") {
    net::cancellation_signal signal;
    completion sent, shut, later;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_send(std::string("abc"), record(sent));
    talk.client.async_shutdown_send(with_slot(signal, record(shut)));
    signal.emit(net::cancellation_type::total);
    talk.client.async_send(std::string("later"), record(later));
    talk.run();
    CHECK(shut == completed(aborted));
    talk.script().end_write();
    talk.run();
    CHECK(talk.script().writing() == "later");
    talk.script().end_write();
    talk.run();
    CHECK(sent == completed(success));
    CHECK(later == completed(success));
    CHECK(talk.script().shutdowns == 0);
}

TEST_CASE("the first fatal error stays, whatever the other direction says later") {
    for (const bool read_first : {true, false}) {
        completion sent, received, later_receive, later_send;
        scripted_client<> talk;
        talk.connect();
        talk.script().ends_cancelled_reads = talk.script().ends_cancelled_writes = false;
        talk.client.async_send(std::string("abc"), record(sent));
        talk.client.async_receive(record(received));
        const error_code first = net::error::timed_out;
        const error_code second = net::error::broken_pipe;
        if (read_first) talk.script().end_read(first);
        else talk.script().end_write(first, 0);
        talk.run();
        if (read_first) talk.script().end_write(second, 1);
        else talk.script().end_read(second, "x");
        talk.run();
        CHECK(sent == completed(first, read_first ? 1 : 0));
        CHECK(received == completed(first, read_first ? 0 : 1));
        talk.client.async_receive_exactly(9, record(later_receive));
        talk.client.async_send(std::string("x"), record(later_send));
        talk.run();
        CHECK(later_receive == completed(first));
        CHECK(later_send == completed(first));
    }
}

TEST_CASE(
    "of two reasons to refuse a send the client's state comes first: after a half-close it is broken_pipe") {
    completion shut, received, sent, empty;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_shutdown_send(record(shut));
    talk.client.async_receive(record(received));
    talk.run();
    talk.script().end_read(net::error::connection_reset);
    talk.run();
    CHECK(received == completed(net::error::connection_reset));
    talk.client.async_send(std::string("x"), record(sent));
    talk.client.async_send(std::string(), scripted_client<>::client_type::time_limit(-1s), record(empty));
    talk.run();
    CHECK(sent == completed(net::error::broken_pipe));
    CHECK(empty == completed(net::error::broken_pipe));
}

TEST_CASE("a default-constructed limit takes async_close's default away") {
    completion closed;
    scripted_client<> talk({.close_timeout = 1s});
    talk.connect();
    talk.client.async_close(scripted_client<>::client_type::time_limit(), record(closed));
    talk.net.run_for(24h);
    CHECK_FALSE(closed);
    talk.script().end_read(net::error::eof);
    talk.run();
    CHECK(closed == completed(success));
}

}  // namespace uplink::tests
