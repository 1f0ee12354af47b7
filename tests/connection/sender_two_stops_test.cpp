// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send queue: sends that are stopped twice, in each order, while their write is still on its way back;
// what a stop leaves of the others; and that every count stays exact.

#include <uplink/detail/connection/sender.hpp>

#include "support/scripted_stream.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

enum class stop { none, limit, idle_limit, cancel, terminal, partial, total };
constexpr stop stops[] = {stop::limit,    stop::idle_limit, stop::cancel,
                          stop::terminal, stop::partial,    stop::total};
constexpr bool is_limit(stop what) { return what == stop::limit || what == stop::idle_limit; }

/// A client with one send of ten bytes in a write that stays in flight though it was cancelled.
struct stopped_send_result {
    net::cancellation_signal signal{};
    completion sent{};
};
struct stopped_send : stopped_send_result, scripted_client<> {
    explicit stopped_send(stop first = stop::none, stop second = stop::none)
        : scripted_client({.idle_timeout = first == stop::idle_limit || second == stop::idle_limit
                                               ? std::optional<std::chrono::nanoseconds>(1s)
                                               : std::nullopt}) {
        connect();
        script().ends_cancelled_writes = false;
        const bool is_limited = first == stop::limit || second == stop::limit;
        client.async_send(std::string("0123456789"), is_limited ? time_limit(1s) : time_limit(),
                          with_slot(signal, record(sent)));
        REQUIRE(script().is_writing());
        apply(first);
        apply(second);
        CHECK_FALSE(sent);
    }
    void apply(stop what) {
        if (is_limit(what)) net.run_for(1s);
        if (what == stop::cancel) client.cancel();
        if (what == stop::terminal) signal.emit(net::cancellation_type::terminal);
        if (what == stop::partial) signal.emit(net::cancellation_type::partial);
        if (what == stop::total) signal.emit(net::cancellation_type::total);
        run();
    }

    using time_limit = client_type::time_limit;
};

error_code stopped_by(stop first) {
    return is_limit(first) ? error_code(errc::send_timeout) : error_code(net::error::operation_aborted);
}

}  // namespace

TEST_CASE("a send that was stopped twice ends with the first reason, and a stop of any strength ends it") {
    for (const stop first : stops) {
        for (const stop second : stops) {
            for (const std::size_t gone : {0u, 4u, 10u}) {
                if (is_limit(first) && is_limit(second)) continue;
                // Total is not honoured then, so that the limit is what has ended it.
                if (gone == 4 && first == stop::total && is_limit(second)) continue;
                CAPTURE(static_cast<int>(first), static_cast<int>(second), gone);
                stopped_send talk(first, second);
                CHECK(talk.script().write_cancels() >= 1);
                talk.script().end_write(net::error::operation_aborted, gone);
                talk.run();
                completion later;
                talk.client.async_send(std::string("later"), record(later));
                talk.run();
                const bool is_weak = first == stop::total && second == stop::total;
                if (gone == 10) {
                    CHECK(talk.sent == completed(success));
                } else if (gone == 4 && is_weak) {
                    CHECK_FALSE(talk.sent);
                    CHECK(talk.script().writing() == "456789");
                    talk.script().end_write();
                    talk.run();
                    CHECK(talk.sent == completed(success));
                } else {
                    CHECK(talk.sent == completed(stopped_by(first), gone));
                }
                if (talk.sent.ec && gone == 4) {
                    CHECK(later == completed(errc::send_interrupted));
                    CHECK_FALSE(talk.script().is_writing());
                } else {
                    REQUIRE(talk.script().is_writing());
                    CHECK(talk.script().writing() == "later");
                    CHECK(talk.client.send_queue_bytes() == 5);
                    talk.script().end_write();
                    talk.run();
                    CHECK(later == completed(success));
                }
                CHECK(talk.client.send_queue_bytes() == 0);
                CHECK(talk.client.stats().bytes_sent == talk.script().written.size());
                CHECK(talk.client.stats().sends == (talk.sent.ec ? 0u : 1u) + (later.ec ? 0u : 1u));
            }
        }
    }
}

TEST_CASE("a total cancellation that part of a send has outrun leaves no trace") {
    enum class end { success_in_spite_of_total, cancel, failure };
    for (const end what : {end::success_in_spite_of_total, end::cancel, end::failure}) {
        CAPTURE(static_cast<int>(what));
        stopped_send talk(stop::total);
        talk.script().end_write({}, 4);
        talk.run();
        CHECK_FALSE(talk.sent);
        CHECK(talk.script().writing() == "456789");
        CHECK(talk.script().write_cancels() == 0);
        if (what == end::success_in_spite_of_total) {  // once more, too late
            talk.signal.emit(net::cancellation_type::total);
            CHECK(talk.script().write_cancels() == 0);
            talk.script().end_write({}, 6);
            talk.run();
            CHECK(talk.sent == completed(success, 10));
        }
        if (what == end::cancel) {
            talk.client.cancel();
            talk.script().end_write(net::error::operation_aborted, 0);
            talk.run();
            CHECK(talk.sent == completed(aborted, 4));
        }
        if (what == end::failure) {
            talk.script().end_write(was_reset, 0);
            talk.run();
            CHECK(talk.sent == completed(was_reset, 4));
        }
    }
}

TEST_CASE("a limit after an outrun total cancellation is a timeout") {
    net::cancellation_signal signal;
    completion sent;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_send(std::string("0123456789"), 1s, with_slot(signal, record(sent)));
    talk.script().ends_cancelled_writes = false;
    signal.emit(net::cancellation_type::total);
    talk.script().end_write({}, 4);
    talk.run();
    talk.script().ends_cancelled_writes = true;
    talk.net.run_for(1s);
    CHECK(sent == completed(errc::send_timeout, 4));
}

TEST_CASE("a stop of one send leaves the others of its write in order, to the byte") {
    // Of "aaaa" "bbbb" "cccc" in one write, b is stopped, and so many bytes of the write have gone.
    for (std::size_t gone = 0; gone != 13; ++gone) {
        CAPTURE(gone);
        net::cancellation_signal signal;
        completion before, a, b, c;
        scripted_client<> talk;
        talk.connect();
        talk.client.async_send(std::string("0"), record(before));
        talk.client.async_send(std::string("aaaa"), record(a));
        talk.client.async_send(std::string("bbbb"), with_slot(signal, record(b)));
        talk.client.async_send(std::string("cccc"), record(c));
        talk.script().end_write();
        talk.run();
        REQUIRE(talk.script().writing() == "aaaabbbbcccc");
        CHECK(talk.client.send_queue_bytes() == 12);
        talk.script().ends_cancelled_writes = false;
        signal.emit(net::cancellation_type::terminal);
        talk.script().end_write(net::error::operation_aborted, gone);
        talk.run();
        while (talk.script().is_writing()) {
            talk.script().end_write();
            talk.run();
        }
        if (gone <= 4) {
            CHECK(talk.script().written == "0aaaacccc");
            CHECK(a == completed(success));
            CHECK(b == completed(aborted));
            CHECK(c == completed(success));
        } else if (gone < 8) {
            CHECK(a == completed(success));
            CHECK(b == completed(aborted, gone - 4));
            CHECK(c == completed(errc::send_interrupted));
        } else {
            CHECK(a == completed(success));
            CHECK(b == completed(success));
            CHECK(c == completed(success));
            CHECK(talk.script().written == "0aaaabbbbcccc");
        }
        CHECK(before.order < a.order);
        CHECK(a.order < c.order);
        CHECK(talk.client.send_queue_bytes() == 0);
        CHECK(talk.client.stats().bytes_sent == talk.script().written.size());
        CHECK(talk.script().written.size() == before.n + a.n + b.n + c.n);
    }
}

TEST_CASE("an empty send waits for its turn whatever becomes of those around it") {
    net::cancellation_signal first_signal, last_signal;
    completion first, empty, last;
    scripted_client<> talk;
    talk.connect();
    talk.script().ends_cancelled_writes = false;
    talk.client.async_send(std::string("0123"), with_slot(first_signal, record(first)));
    talk.client.async_send(std::string(), record(empty));
    talk.client.async_send(std::string("last"), with_slot(last_signal, record(last)));
    last_signal.emit(net::cancellation_type::terminal);
    talk.run();
    CHECK(last == completed(aborted));
    first_signal.emit(net::cancellation_type::total);  // not honoured: part has gone
    talk.script().end_write({}, 2);
    talk.run();
    CHECK_FALSE(empty);
    CHECK_FALSE(first);
    talk.script().end_write();
    talk.run();
    CHECK(first == completed(success));
    CHECK(empty == completed(success));
    CHECK(first.order < empty.order);
}

TEST_CASE(
    "an empty send, a half-close and a write_some behind an interruption fail with it, unless they were stopped") {
    net::cancellation_signal signal;
    completion empty, some, cancelled, shut, drained;
    stopped_send talk;
    talk.client.async_send(std::string(), record(empty));
    talk.client.async_write_some(net::buffer("w", 1), record(some));
    talk.client.async_send(std::string("c"), with_slot(signal, record(cancelled)));
    talk.client.async_shutdown_send(record(shut));
    talk.client.async_drain(record(drained));
    talk.signal.emit(net::cancellation_type::terminal);
    talk.script().end_write(net::error::operation_aborted, 4);
    signal.emit(net::cancellation_type::total);
    talk.run();
    CHECK(talk.sent == completed(aborted));
    CHECK(cancelled == completed(aborted));
    for (const completion* each : {&empty, &some, &shut}) CHECK(*each == completed(errc::send_interrupted));
    CHECK(drained == completed(success));  // the queue is empty
    CHECK(talk.client.send_queue_bytes() == 0);
    completion later_empty, later_shut;
    talk.client.async_send(std::string(), record(later_empty));
    talk.client.async_shutdown_send(record(later_shut));
    talk.run();
    CHECK(later_empty == completed(errc::send_interrupted));
    CHECK(later_shut == completed(errc::send_interrupted));
}

TEST_CASE("a total cancellation of a send that part of has gone does not disturb its write") {
    stopped_send talk;
    talk.script().end_write({}, 4);
    talk.run();
    talk.signal.emit(net::cancellation_type::total);
    CHECK(talk.script().write_cancels() == 0);
    CHECK(talk.script().is_writing());
}

TEST_CASE("all that is queued ends with cancel(), behind a send that a limit has stopped already") {
    stopped_send talk(stop::limit);
    std::deque<completion> others(3);
    for (completion& each : others) talk.client.async_send(std::string("behind"), record(each));
    talk.client.cancel();
    talk.run();
    for (const completion& each : others) CHECK_FALSE(each);  // in order, once the write has come back
    talk.script().end_write(net::error::operation_aborted, 0);
    talk.run();
    CHECK(talk.sent == completed(errc::send_timeout));
    for (const completion& each : others) CHECK(each == completed(aborted));
    CHECK(talk.client.send_queue_bytes() == 0);
}

}  // namespace uplink::tests
