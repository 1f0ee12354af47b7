// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Sends across the losses of a reconnecting client's connections: in order, and nothing of which a byte went is ever
// sent again. The limits of the queue, and sends that end early, have files of their own.

#include "reconnecting/send_test.hpp"
#include "support/catch.hpp"
#include "support/completion.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(send_test, "Reconnect: under fail a loss ends all sends, with their exact counts") {
    server().accept(1ms).window(4).after(10ms).reset().then().accept(1ms).silent();
    simulated_reconnect client = make();
    completion part, untouched, drained;
    client.start();
    client.async_send(std::string("abcdef"), record(part));
    client.async_send(std::string("gh"), record(untouched));
    net.run_for(5ms);
    client.async_drain(record(drained));
    net.poll();
    CHECK(drained == completed(success));  // below low water
    net.run_for(10ms);
    CHECK(part == completed(errc::connection_lost, 4));
    CHECK(untouched == completed(errc::connection_lost, 0));
    net.run_for(5s);
    CHECK(received(1).empty());
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test,
                 "Reconnect: an async_drain succeeds at a loss under fail, since the queue is empty") {
    server().accept(1ms).window(4).after(10ms).reset().then().accept(1ms).silent();
    simulated_reconnect client = make_with_low_water(0);
    completion part, drained;
    client.start();
    client.async_send(std::string("abcdef"), record(part));
    client.async_drain(record(drained));
    net.run_for(10ms);
    CHECK(!drained);
    net.run_for(10ms);
    CHECK(part == completed(errc::connection_lost, 4));
    CHECK(drained == completed(success));
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: under keep_untouched only what had gone in part ends") {
    server().accept(1ms).window(4).after(10ms).reset().then().accept(1ms).silent();
    simulated_reconnect client = make(keeping());
    completion whole, part, third, fourth;
    client.start();
    client.async_send(std::string("abc"), record(whole));  // all gathered into one write
    client.async_send(std::string("def"), record(part));
    client.async_send(std::string("ghi"), record(third));
    client.async_send(std::string("jkl"), record(fourth));
    net.run_for(15ms);
    CHECK(whole == completed(success, 3));
    CHECK(part == completed(errc::connection_lost, 1));
    CHECK(!third);
    net.run_for(2s);
    CHECK(third == completed(success, 3));
    CHECK(fourth == completed(success, 3));
    CHECK(received(1) == "ghijkl");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: what was started while waiting comes behind what was kept") {
    server().accept(1ms).window(2).after(10ms).reset().then().accept(1ms).silent();
    simulated_reconnect client = make(keeping());
    completion part, kept, later;
    client.start();
    client.async_send(std::string("abc"), record(part));
    client.async_send(std::string("kept"), record(kept));
    net.run_for(500ms);
    CHECK(client.status().state == reconnect_state::waiting);
    client.async_send(std::string("later"), record(later));
    net.run_for(2s);
    CHECK(received(1) == "keptlater");
    CHECK(later == completed(success, 5));
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: under either policy what is started without a connection waits") {
    server()
        .refuse(1ms)
        .then()
        .accept(1ms)
        .after(10ms)
        .reset()
        .then()
        .refuse(1ms)
        .then()
        .accept(1ms)
        .silent();
    reconnect_options options = every(1s);
    options.on_loss = GENERATE(loss_policy::fail, loss_policy::keep_untouched);
    simulated_reconnect client = make(options);
    completion idle, waiting;
    client.async_send(std::string("idle"), record(idle));
    client.start();
    net.run_for(1500ms);
    CHECK(idle == completed(success, 4));
    CHECK(client.status().state == reconnect_state::waiting);
    client.async_send(std::string("waiting"), record(waiting));
    net.run_for(5s);
    CHECK(waiting == completed(success, 7));
    CHECK(net.attempts().back().received == "waiting");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: a failed hook is no loss for the queue") {
    server().accept(1ms).silent();
    simulated_reconnect client = make();
    int hooks = 0;
    client.on_session([&](simulated_client&, const auto& done) {
        done(++hooks == 3 ? error_code() : error_code(net::error::connection_refused));
    });
    completion sent;
    client.async_send(std::string("queued"), record(sent));
    client.start();
    net.run_for(10s);
    CHECK(sent == completed(success, 6));
    CHECK(received(0).empty());
    CHECK(received(2) == "queued");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: at a loss under fail the queue is empty at once") {
    const std::string then = GENERATE("send", "drain", "stop");
    CAPTURE(then);
    server().accept(1ms).window(4).deaf().then().accept(1ms).silent();
    client_options below;
    below.send_queue.low_water = 0;
    reconnect_options options = every(1s);
    options.queue_limit = 10;
    simulated_reconnect client = make(options, below);
    completion behind, sent, drained, stopped;
    client.start();
    net.run_for(10ms);
    bool was_in_time = false;
    client.async_send(std::string(8, 'a'), 10ms, [&](const error_code& ec, std::size_t n) {
        CHECK(ec == errc::send_timeout);  // which ends the connection
        CHECK(n == 4);
        was_in_time = !behind;
        if (then == "send") client.async_send(std::string(20, 'c'), record(sent));
        if (then == "drain") client.async_drain(record(drained));
        if (then == "stop") client.async_stop(record(stopped));
    });
    client.async_send(std::string(8, 'b'), record(behind));
    net.run_for(5s);
    CHECK(was_in_time);
    CHECK(behind == completed(errc::connection_lost, 0));
    if (then == "send") CHECK(sent == completed(success, 20));
    if (then == "drain") CHECK(drained == completed(success));
    if (then == "drain") CHECK(drained.order < behind.order);
    if (then == "stop") CHECK(stopped == completed(success));
    if (then == "stop") CHECK(behind.order < stopped.order);
    client.close();
    net.run();
}

}  // namespace uplink::tests
