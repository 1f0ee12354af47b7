// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Sends across the losses of a reconnecting client's connections (rule 7 of its design): in order, within the limits of
// the queue, and nothing of which a byte went is ever sent again.

#include "reconnecting/simulated_reconnect.hpp"
#include "support/catch.hpp"
#include "support/completion.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

reconnect_options keeping(std::chrono::nanoseconds wait = 1s) {
    reconnect_options options = every(wait);
    options.on_loss = loss_policy::keep_untouched;
    return options;
}

class send_test : public reconnect_test {
public:
    const std::string& received(std::size_t attempt) const { return net.attempts()[attempt].received; }

    /// The state in which a send is queued, without a connection that could take it.
    void lead_to(simulated_reconnect& client, const std::string& state) {
        if (state == "connecting") server().black_hole().then().accept(1ms).silent();
        if (state == "waiting") server().refuse(1ms).then().accept(1ms).silent();
        if (state == "idle") server().accept(1ms).silent();
        if (state == "preparing") {
            server().accept(1ms).silent();
            client.on_session(
                [this](simulated_client&, std::function<void(error_code)> done) { done_ = std::move(done); });
        }
        if (state != "idle") client.start();
        net.run_for(10ms);
        CHECK(to_string(client.status().state) == state);
    }
    void lead_on(simulated_reconnect& client) {
        client.start();
        if (done_) done_({});
        net.run_for(5s);
        CHECK(client.status().state == reconnect_state::connected);
    }

private:
    std::function<void(error_code)> done_{};
};

}  // namespace

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
    client_options below;
    below.send_queue.low_water = 0;
    simulated_reconnect client = make(every(1s), below);
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

TEST_CASE_METHOD(send_test, "Reconnect: without a connection at most queue_limit bytes wait") {
    server().refuse(1ms).then().accept(1ms).silent();
    reconnect_options options = every(1s);
    options.queue_limit = 10;
    simulated_reconnect client = make(options);
    completion first, refused, fits;
    client.async_send(std::string(8, 'a'), record(first));
    client.async_send(std::string(3, 'b'), record(refused));
    client.async_send(std::string(2, 'c'), record(fits));
    CHECK(!refused);
    client.start();
    net.run_for(100ms);
    CHECK(refused == completed(errc::send_queue_full, 0));
    net.run_for(2s);
    CHECK(first == completed(success, 8));
    CHECK(fits == completed(success, 2));
    CHECK(net.attempts().back().received == "aaaaaaaacc");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: into an empty queue goes a send of any size") {
    server().accept(1ms).silent();
    reconnect_options options = every(1s);
    options.queue_limit = 10;
    simulated_reconnect client = make(options);
    completion sent;
    client.async_send(std::string(1000, 'a'), record(sent));
    client.start();
    net.run_for(100ms);
    CHECK(sent == completed(success, 1000));
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: without a connection a drain succeeds at or below low water") {
    server().accept(1ms).silent();
    client_options below;
    below.send_queue.low_water = 5;
    simulated_reconnect client = make(every(1s), below);
    completion first, second, drained, waits, limited;
    client.async_send(std::string(5, 'a'), record(first));
    client.async_drain(record(drained));
    client.async_send(std::string(1, 'b'), record(second));
    client.async_drain(record(waits));
    client.async_drain(10ms, record(limited));
    net.run_for(100ms);
    CHECK(drained == completed(success));
    CHECK(limited == completed(errc::send_timeout));
    CHECK(!waits);
    client.start();
    net.run_for(100ms);
    CHECK(waits == completed(success));
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: a queued send is cancelled in every state without a trace") {
    const std::string state = GENERATE("idle", "connecting", "preparing", "waiting");
    const auto type = GENERATE(net::cancellation_type::terminal, net::cancellation_type::partial,
                               net::cancellation_type::total);
    client_options below;
    below.connect.timeout = 1s;
    simulated_reconnect client = make(every(1s), below);
    lead_to(client, state);
    completion before, cancelled, after;
    net::cancellation_signal signal;
    client.async_send(std::string("before"), record(before));
    client.async_send(std::string("cancelled"), record(cancelled, signal));
    client.async_send(std::string("after"), record(after));
    signal.emit(type);
    CHECK(!cancelled);
    net.poll();
    CHECK(cancelled == completed(aborted, 0));
    CHECK(!before);
    lead_on(client);
    CHECK(before == completed(success, 6));
    CHECK(after == completed(success, 5));
    CHECK(net.attempts().back().received == "beforeafter");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: the limit of a queued send holds in every state") {
    const std::string state = GENERATE("idle", "connecting", "preparing", "waiting");
    client_options below;
    below.connect.timeout = 1s;
    simulated_reconnect client = make(every(1s), below);
    lead_to(client, state);
    completion before, limited, after;
    client.async_send(std::string("before"), record(before));
    client.async_send(std::string("limited"), 20ms, record(limited));
    client.async_send(std::string("after"), record(after));
    net.run_for(19ms);
    CHECK(!limited);
    net.run_for(1ms);
    CHECK(limited == completed(errc::send_timeout, 0));
    CHECK(!before);
    lead_on(client);
    CHECK(net.attempts().back().received == "beforeafter");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: the limit of a send holds over several connections") {
    server().accept(1ms).window(1).after(10ms).reset().then().refuse(1ms).then().accept(1ms).silent();
    simulated_reconnect client = make(keeping());
    completion part, limited, after;
    client.start();
    client.async_send(std::string("abc"), record(part));
    client.async_send(std::string("limited"), 1500ms, record(limited));
    client.async_send(std::string("after"), record(after));
    net.run_for(1499ms);
    CHECK(part == completed(errc::connection_lost, 1));
    CHECK(!limited);
    net.run_for(1ms);
    CHECK(limited == completed(errc::send_timeout, 0));
    net.run_for(5s);
    CHECK(net.attempts().back().received == "after");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: a send cut off part-way ends the connection, as a loss") {
    server().accept(1ms).window(4).deaf().then().accept(1ms).silent();
    simulated_reconnect client = make(keeping());
    completion cut, kept, received;
    net::cancellation_signal signal;
    const bool is_limited = GENERATE(true, false);
    client.start();
    client.async_receive_some(record(received));
    if (is_limited) client.async_send(std::string("abcdef"), 50ms, record(cut));
    else client.async_send(std::string("abcdef"), record(cut, signal));
    client.async_send(std::string("kept"), record(kept));
    net.run_for(50ms);
    if (!is_limited) signal.emit(net::cancellation_type::terminal);
    net.poll();
    CHECK(cut == completed(is_limited ? error_code(errc::send_timeout) : aborted, 4));
    CHECK(states() == "connecting preparing connected waiting");
    CHECK(client.status().last_error == errc::send_interrupted);
    CHECK(received == completed(errc::connection_lost, ""));
    net.run_for(2s);
    CHECK(kept == completed(success, 4));
    CHECK(net.attempts().back().received == "kept");
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test,
                 "Reconnect: a send cancelled just before the loss of its connection is not kept") {
    server().accept(1ms).window(1).after(10ms).reset().then().accept(1ms).silent();
    simulated_reconnect client = make(keeping());
    completion part, cancelled;
    net::cancellation_signal signal;
    client.start();
    client.async_send(std::string("abc"), record(part));
    client.async_send(std::string("cancelled"), record(cancelled, signal));
    client.on_failure([&](const error_code&, const auto&) {
        signal.emit(net::cancellation_type::terminal);
        return retry_verdict::retry();
    });
    net.run_for(5s);
    CHECK(part == completed(errc::connection_lost, 1));
    CHECK(cancelled == completed(aborted, 0));
    CHECK(net.attempts().back().received.empty());
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: cancel() ends what waits; close() too") {
    server().black_hole();
    simulated_reconnect client = make();
    completion sent, drained, received, connected;
    client.start();
    client.async_send(std::string(100'000, 'a'), record(sent));
    client.async_drain(record(drained));
    client.async_receive_some(record(received));
    client.async_wait_connected(record(connected));
    net.run_for(1ms);
    GENERATE(true, false) ? client.cancel() : client.close();
    CHECK(!sent);
    net.poll();
    CHECK(sent == completed(aborted, 0));
    CHECK(drained == completed(aborted));
    CHECK(received == completed(aborted, ""));
    CHECK(connected == completed(aborted));
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test,
                 "Reconnect: sends that end together end in the order in which they were started") {
    const std::string how = GENERATE("close", "cancel", "loss", "stop's limit", "destroyed");
    CAPTURE(how);
    server().accept(1ms).window(4).after(50ms).reset();
    client_options below;
    below.send_queue.limit = 10;
    std::optional<simulated_reconnect> client(make(every(1s), below));
    completion first, second, third, stopped;
    client->async_send(std::string(8, 'a'), record(first));
    client->async_send(std::string(8, 'b'), record(second));
    client->async_send(std::string(8, 'c'), record(third));
    client->start();
    net.run_for(10ms);
    CHECK(client->status().state == reconnect_state::connected);
    if (how == "close") client->close();
    if (how == "cancel") client->cancel();
    if (how == "loss") net.run_for(50ms);
    if (how == "stop's limit") client->async_stop(1ms, record(stopped));
    if (how == "destroyed") client.reset();
    net.run_for(50ms);
    const error_code expected = how == "loss" ? error_code(errc::connection_lost) : aborted;
    CHECK(first == completed(expected, 4));
    CHECK(second == completed(expected, 0));
    CHECK(third == completed(expected, 0));
    CHECK(first.order < second.order);
    CHECK(second.order < third.order);
    if (how == "stop's limit") CHECK(third.order < stopped.order);
    client.reset();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: while connected what waits is within send_queue.limit") {
    server().accept(1ms).window(2).deaf();
    client_options below;
    below.send_queue.limit = 10;
    reconnect_options options = every(1s);
    options.queue_limit = 16;
    simulated_reconnect client = make(options, below);
    std::array<completion, 4> sent;
    for (completion& each : sent) client.async_send(std::string(4, 'a'), record(each));
    completion full, refused;
    client.async_send(std::string(1, 'x'), record(full));
    client.start();
    net.run_for(10ms);
    CHECK(full == completed(errc::send_queue_full, 0));  // queue_limit
    CHECK(client.status().state == reconnect_state::connected);
    client.async_send(std::string(1, 'x'), record(refused));  // 12 bytes wait behind the first send
    net.poll();
    CHECK(refused == completed(errc::send_queue_full, 0));
    client.close();
    net.run();
}

TEST_CASE_METHOD(send_test, "Reconnect: while connected the client's own limit holds, not queue_limit") {
    server().accept(1ms).window(2).deaf();
    client_options below;
    below.send_queue.limit = 10;
    reconnect_options options = every(1s);
    options.queue_limit = 1;
    simulated_reconnect client = make(options, below);
    client.start();
    net.run_for(10ms);
    completion first, fits, refused;
    client.async_send(std::string(100, 'a'), record(first));  // into an empty queue
    client.async_send(std::string(10, 'b'), record(fits));
    client.async_send(std::string(1, 'c'), record(refused));
    net.poll();
    CHECK(!first);
    CHECK(!fits);
    CHECK(refused == completed(errc::send_queue_full, 0));
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
