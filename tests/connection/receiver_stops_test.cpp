// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The read side of a connection: of several reasons to end the first counts, in whatever order they come
// while the read is still on its way back; and what a read that has ended brings.

#include <uplink/detail/connection/receiver.hpp>

#include "support/scripted_stream.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// A client whose reads stay in flight though they were cancelled.
struct late_reads : scripted_client<> {
    explicit late_reads(client_options options = {}) : scripted_client(std::move(options)) {
        connect();
        script().ends_cancelled_reads = false;
    }
};

}  // namespace

TEST_CASE("a receive that was stopped by its limit stays so, whatever stops it while its read comes back") {
    enum class stop { cancel, terminal, total, idle_limit, cancel_after_read };
    for (const stop second :
         {stop::cancel, stop::terminal, stop::total, stop::idle_limit, stop::cancel_after_read}) {
        CAPTURE(static_cast<int>(second));
        late_reads talk(second == stop::idle_limit ? client_options{.idle_timeout = 20ms} : client_options{});
        net::cancellation_signal signal;
        completion received;
        talk.client.async_receive(10ms, with_slot(signal, record(received)));
        talk.net.run_for(10ms);
        CHECK_FALSE(received);
        CHECK(talk.script().read_cancels() == 1);
        if (second == stop::cancel) talk.client.cancel();
        if (second == stop::terminal) signal.emit(net::cancellation_type::terminal);
        if (second == stop::total) signal.emit(net::cancellation_type::total);
        if (second == stop::idle_limit) talk.net.run_for(1s);
        talk.script().end_read(aborted);
        // The read has come back, and nobody has looked at it.
        if (second == stop::cancel_after_read) talk.client.cancel();
        talk.run();
        CHECK(received == completed(errc::receive_timeout));
        CHECK(talk.client.is_open());
    }
}

TEST_CASE("a receive that was cancelled stays so, though its limits pass while its read comes back") {
    for (const bool by_idle_limit : {false, true}) {
        late_reads talk(by_idle_limit ? client_options{.idle_timeout = 20ms} : client_options{});
        completion received;
        if (by_idle_limit) talk.client.async_receive(record(received));
        else talk.client.async_receive(20ms, record(received));
        talk.net.run_for(10ms);
        talk.client.cancel();
        talk.net.run_for(1s);
        CHECK_FALSE(received);
        talk.script().end_read(aborted);
        talk.run();
        CHECK(received == completed(aborted));
    }
}

TEST_CASE(
    "a receive that close() meets behind its limit or its cancel ends, with the first reason or aborted") {
    for (const bool by_limit : {false, true}) {
        late_reads talk;
        completion received;
        talk.client.async_receive(by_limit ? 10ms : 10h, record(received));
        talk.net.run_for(10ms);
        if (!by_limit) talk.client.cancel();
        talk.client.close();
        talk.script().end_read("late");
        talk.run();
        CHECK(received == completed(by_limit ? error_code(errc::receive_timeout) : aborted, 0));
        CHECK(talk.client.state().empty());
    }
}

TEST_CASE(
    "a stopped receive keeps what its read brings all the same, and is satisfied by it if that is enough") {
    for (const bool by_limit : {false, true}) {
        for (const std::string text : {"par", "whole\n"}) {
            late_reads talk;
            completion received;
            talk.client.async_receive_until("\n", by_limit ? 10ms : 10h, record(received));
            talk.net.run_for(10ms);
            if (!by_limit) talk.client.cancel();
            talk.script().end_read(text);
            talk.run();
            if (text == "par") {
                CHECK(received == completed(by_limit ? error_code(errc::receive_timeout) : aborted, ""));
                CHECK(talk.client.state().view() == text);
            } else {
                CHECK(received == completed(success, text));
            }
            CHECK_FALSE(talk.script().is_reading());
        }
    }
}

TEST_CASE("a stopped receive whose read comes back with a failure ends with that, and so does the next") {
    late_reads talk;
    completion received, again;
    talk.client.async_receive(10ms, record(received));
    talk.net.run_for(10ms);
    talk.script().end_read(was_reset);
    talk.run();
    CHECK(received == completed(was_reset));
    talk.client.async_receive(record(again));
    talk.run();
    CHECK(again == completed(was_reset));
}

TEST_CASE("the stop of a receive that has ended does not reach the next") {
    late_reads talk;
    net::cancellation_signal signal;
    completion first, second;
    talk.client.async_receive_exactly(3, 10ms, with_slot(signal, record(first)));
    talk.script().end_read("abc");
    talk.run();
    CHECK(first == completed(success));
    talk.client.async_receive_exactly(3, record(second));
    signal.emit(net::cancellation_type::terminal);
    talk.net.run_for(1s);
    CHECK_FALSE(second);
    CHECK(talk.script().read_cancels() == 0);
    talk.script().end_read("def");
    talk.run();
    CHECK(second == completed(success, "def"));
}

TEST_CASE("the cancel of a receive that was refused does not reach the one that is pending") {
    late_reads talk;
    net::cancellation_signal signal;
    completion first, refused;
    talk.client.async_receive_exactly(3, record(first));
    talk.client.async_receive_exactly(3, with_slot(signal, record(refused)));
    signal.emit(net::cancellation_type::terminal);
    CHECK(talk.script().read_cancels() == 0);
    talk.run();
    CHECK(refused == completed(errc::operation_in_progress));
    CHECK_FALSE(first);
    // The refused one has ended, and the pending one is pending still.
    CHECK_THROWS_AS(talk.client.take_state(), std::logic_error);
    completion third;
    talk.client.async_receive_exactly(3, record(third));
    talk.run();
    CHECK(third == completed(errc::operation_in_progress));
    talk.script().end_read("abc");
    talk.run();
    CHECK(first == completed(success, "abc"));
}

TEST_CASE("an exchange whose limit has passed stays timed out, and one that was cancelled stays cancelled") {
    for (const bool by_limit : {false, true}) {
        late_reads talk;
        talk.script().ends_cancelled_writes = false;
        net::cancellation_signal signal;
        completion exchanged;
        talk.client.async_exchange(std::string("request"), 20ms, with_slot(signal, record(exchanged)));
        talk.net.run_for(by_limit ? 20ms : 10ms);
        signal.emit(net::cancellation_type::terminal);
        talk.client.cancel();
        talk.net.run_for(1s);
        CHECK_FALSE(exchanged);
        talk.script().end_read(aborted);
        talk.run();
        CHECK_FALSE(exchanged);  // the write has its bytes
        talk.script().end_write(aborted, 3);
        talk.run();
        CHECK(exchanged == completed(by_limit ? error_code(errc::send_timeout) : aborted));
        CHECK(talk.client.stats().bytes_sent == 3);
        CHECK(talk.client.send_queue_bytes() == 0);
    }
}

TEST_CASE("async_read_some gives its buffer back only when the read has come back") {
    enum class stop { cancel, close, replace };
    for (const stop what : {stop::cancel, stop::close, stop::replace}) {
        CAPTURE(static_cast<int>(what));
        late_reads talk;
        completion read;
        std::string buffer(10, ' ');
        talk.client.async_read_some(net::buffer(buffer), record(read));
        if (what == stop::cancel) talk.client.cancel();
        if (what == stop::close) talk.client.close();
        if (what == stop::replace)
            talk.client = scripted_client<>::client_type(talk.net.get_executor(), talk.scripts);
        talk.run();
        CHECK_FALSE(read);
        stream_script& script = *talk.scripts->all[1];
        script.end_read("late");
        talk.run();
        CHECK(read == completed(what == stop::cancel ? success : aborted, what == stop::cancel ? 4 : 0));
    }
}

}  // namespace uplink::tests
