// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The heart of a client: ends that need both sides, connections that the transport gives back late, and connects that
// wait for them.

#include <uplink/detail/client/client_core.hpp>

#include "support/asking_client.hpp"
#include "support/connected.hpp"
#include "support/scripted_stream.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE("async_close sends all that is queued, and its end, though the peer has ended first") {
    for (const bool receives : {false, true}) {
        connected talk([](testing::endpoint& server) {
            server.accept()
                .window(4)
                .latency(1ms)
                .half_close()
                .after(1s)
                .expect("01234567890123456789")
                .expect_eof()
                .close();
        });
        talk.send("0123456789");
        talk.send("0123456789");
        if (receives) talk.receive();
        const operation& close = talk.close_gracefully();
        talk.network().run_for(500ms);  // the peer's end has been read
        CHECK(close.is_pending());
        CHECK(talk.client()->send_queue_bytes() != 0);
        talk.run();
        for (const operation& each : talk.operations()) CHECK(each == completed(success));
        CHECK(talk.peer_got() == "01234567890123456789");
        CHECK(talk.network().failures().empty());
        CHECK_FALSE(talk.network().attempts().back().reset);
    }
}

TEST_CASE(
    "once async_close has begun no receive, exchange or half-close may start, and what is pending goes on") {
    connected talk(
        [](testing::endpoint& server) { server.accept().expect_eof().after(1s).reply("last").close(); });
    talk.inbound = {"last"};
    const operation& close = talk.close_gracefully();
    const operation& receive = talk.receive();
    const operation& read = talk.read_some(3);
    const operation& nothing = talk.receive_exactly(0);
    const operation& exchange = talk.exchange("x");
    const operation& half_close = talk.shutdown_send();
    talk.network().poll();
    for (const operation* each : {&receive, &read, &nothing})
        CHECK(*each == completed(net::error::not_connected));
    CHECK(exchange == completed(net::error::broken_pipe));
    CHECK(half_close == completed(net::error::broken_pipe));
    CHECK(close.is_pending());
    talk.run();
    CHECK(close == completed(success));
    CHECK(talk.held().empty());
}

TEST_CASE("a drain that waits during async_close is told of its end, whichever that is") {
    enum class ended_by { signal, limit, cancel, all_sent };
    for (const auto how : {ended_by::signal, ended_by::limit, ended_by::cancel, ended_by::all_sent}) {
        CAPTURE(how);
        net::cancellation_signal signal;
        completion sent, drained, closed;
        scripted_client<> talk({.send_queue = {.low_water = 0}});
        talk.connect();
        talk.client.async_send(std::string("abc"), record(sent));
        talk.client.async_drain(record(drained));
        talk.client.async_close(1s, with_slot(signal, record(closed)));
        talk.run();
        CHECK_FALSE(drained);
        if (how == ended_by::signal) signal.emit(net::cancellation_type::partial);
        if (how == ended_by::limit) talk.net.run_for(1s);
        if (how == ended_by::cancel) talk.client.cancel();
        if (how == ended_by::all_sent) talk.script().end_write();
        talk.run();
        if (how == ended_by::all_sent) {
            CHECK(drained == completed(success));
            CHECK_FALSE(closed);
            CHECK(talk.script().shutdowns == 1);
            talk.script().end_read(net::error::eof);
            talk.run();
            CHECK(closed == completed(success));
            CHECK(sent == completed(success));
        } else {
            CHECK(drained == completed(aborted));
            CHECK(sent == completed(aborted));
            CHECK(closed == completed(how == ended_by::limit ? error_code(errc::close_timeout) : aborted));
        }
        CHECK_FALSE(talk.client.is_open());
    }
}

TEST_CASE("async_close that is stopped twice ends once, with the first reason") {
    for (const bool by_limit : {false, true}) {
        net::cancellation_signal signal;
        completion closed, refused;
        scripted_client<> talk;
        talk.connect();
        talk.client.async_close(by_limit ? 1s : 1h, with_slot(signal, record(closed)));
        talk.client.async_close(record(refused));
        signal.emit(net::cancellation_type::total);  // not honoured
        talk.run();
        CHECK_FALSE(closed);
        CHECK(refused == completed(errc::operation_in_progress));
        if (by_limit) talk.net.context().stop();  // so that nothing runs between the two stops
        talk.net.context().restart();
        if (by_limit) talk.net.run_for(1s);
        else signal.emit(net::cancellation_type::terminal);
        signal.emit(net::cancellation_type::terminal);
        talk.client.cancel();
        talk.client.close();
        talk.net.run_for(2h);
        CHECK(closed == completed(by_limit ? error_code(errc::close_timeout) : aborted));
    }
}

TEST_CASE("the cancel of an async_close or a connect that was refused does not reach the one that goes on") {
    net::cancellation_signal close_signal, connect_signal;
    completion connected, refused_connect, closed, refused_close;
    scripted_client<> talk;
    talk.client.async_connect(talk.server, record(connected));
    talk.client.async_connect(talk.server, with_slot(connect_signal, record(refused_connect)));
    connect_signal.emit(net::cancellation_type::terminal);
    talk.run();
    CHECK(connected == completed(success));
    CHECK(refused_connect == completed(errc::operation_in_progress));
    talk.client.async_close(record(closed));
    talk.client.async_close(with_slot(close_signal, record(refused_close)));
    close_signal.emit(net::cancellation_type::terminal);
    talk.run();
    CHECK(refused_close == completed(errc::operation_in_progress));
    CHECK_FALSE(closed);
    talk.script().end_read(net::error::eof);
    talk.run();
    CHECK(closed == completed(success));
}

TEST_CASE("close() asks back a discarding read whose stream does not end it by closing") {
    enum class ended_by { close, limit, cancel };
    for (const auto how : {ended_by::close, ended_by::limit, ended_by::cancel}) {
        CAPTURE(how);
        completion closed;
        scripted_client<> talk;
        talk.connect();
        talk.script().ends_cancelled_reads = false;
        talk.client.async_close(1s, record(closed));
        talk.run();
        REQUIRE(talk.script().is_reading());
        if (how == ended_by::close) talk.client.close();
        if (how == ended_by::limit) talk.net.run_for(1s);
        if (how == ended_by::cancel) talk.client.cancel();
        talk.run();
        CHECK(talk.script().is_closed);
        CHECK(talk.script().read_cancels() == 1);
        CHECK(closed == completed(how == ended_by::limit ? error_code(errc::close_timeout) : aborted));
        talk.script().end_read("late");
        talk.run();
        CHECK_FALSE(talk.script().is_reading());
        CHECK(talk.client.state().empty());
    }
}

TEST_CASE("close() asks back the read and the write, and what they bring later is nobody's") {
    for (const bool destroys : {false, true}) {
        completion received, sent, queued;
        scripted_client<asking_bytes> talk;
        talk.connect();
        stream_script& script = talk.script();
        script.ends_cancelled_reads = script.ends_cancelled_writes = false;
        int given = 0;
        talk.client.state().given = [&] {
            ++given;
            return error_code();
        };
        talk.client.async_receive(record(received));
        talk.client.async_send(std::string("0123456789"), record(sent));
        talk.client.async_send(std::string("queued"), record(queued));
        if (destroys) {
            talk.client = scripted_client<asking_bytes>::client_type(talk.net.get_executor(), talk.scripts);
        } else {
            talk.client.close();
        }
        CHECK(script.is_closed);
        CHECK(script.read_cancels() >= 1);
        CHECK(script.write_cancels() >= 1);
        talk.run();
        CHECK_FALSE(received);  // the transport has the state's memory, and the caller's bytes
        CHECK_FALSE(sent);
        script.end_read("late");
        script.end_write(net::error::connection_reset, 4);
        talk.run();
        CHECK(given == 0);
        CHECK(received == completed(aborted, 0));
        CHECK(sent == completed(aborted, 4));
        CHECK(queued == completed(aborted, 0));
        if (!destroys) CHECK(talk.client.stats().bytes_sent == 4);
        CHECK_FALSE(script.went_in_flight);
    }
}

TEST_CASE("a connect waits for the reads and writes of earlier connections, and clears the state only then") {
    completion received, sent, second, third;
    scripted_client<asking_bytes> talk;
    talk.connect();
    const std::shared_ptr<stream_script> first = talk.scripts->all.back();
    first->ends_cancelled_reads = first->ends_cancelled_writes = false;
    CHECK(talk.client.state().clears == 1);
    talk.client.async_receive(record(received));
    first->end_read("held");
    talk.run();
    talk.client.async_send(std::string("x"), record(sent));
    talk.client.close();
    talk.client.async_connect(talk.server, record(second));
    talk.net.run_for(1s);
    CHECK_FALSE(second);
    CHECK(talk.client.state().clears == 1);
    CHECK(talk.client.state().view() == "held");
    first->end_write(aborted, 0);
    talk.net.run_for(1s);
    CHECK_FALSE(second);
    CHECK(sent == completed(aborted));
    talk.client.close();
    talk.run();
    CHECK_FALSE(second);  // it has been stopped, and still waits
    talk.client.async_connect(talk.server, record(third));
    talk.run();
    CHECK(third == completed(errc::operation_in_progress));
    CHECK(talk.client.state().clears == 1);
    CHECK_FALSE(first->went_in_flight);
    first->end_read("late");
    talk.net.run_for(1s);
    CHECK(second == completed(aborted));
    CHECK(talk.client.state().clears == 2);
    CHECK(talk.client.state().size() == 0);
}

TEST_CASE("of several connections that come back late none is forgotten") {
    std::vector<completion> received(3);
    completion again;
    scripted_client<> talk;
    std::vector<std::shared_ptr<stream_script>> old;
    talk.connect();
    for (completion& each : received) {
        old.push_back(talk.scripts->all.back());
        old.back()->ends_cancelled_reads = false;
        talk.client.async_receive(record(each));
        talk.client.close();
        talk.client.async_connect(talk.server, record(again));
        talk.net.run_for(1s);
        CHECK_FALSE(again);
        old.back()->end_read(aborted);
        talk.net.run_for(1s);
        CHECK(again == completed(success));
        again = {};
        CHECK(each == completed(aborted));
    }
    for (const auto& each : old) CHECK_FALSE(each->went_in_flight);
}

}  // namespace uplink::tests
