// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Sends of a reconnecting client that end early: by their slots, their limits, or all at once.

#include "reconnecting/send_test.hpp"
#include "support/catch.hpp"
#include "support/completion.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class send_end_test : public send_test {
public:
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

TEST_CASE_METHOD(send_end_test, "Reconnect: a queued send is cancelled in every state without a trace") {
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

TEST_CASE_METHOD(send_end_test, "Reconnect: the limit of a queued send holds in every state") {
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

TEST_CASE_METHOD(send_end_test, "Reconnect: the limit of a send holds over several connections") {
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

TEST_CASE_METHOD(send_end_test, "Reconnect: a send cut off part-way ends the connection, as a loss") {
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

TEST_CASE_METHOD(send_end_test,
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

TEST_CASE_METHOD(send_end_test, "Reconnect: cancel() ends what waits, and close() too") {
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

TEST_CASE_METHOD(send_end_test,
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

}  // namespace uplink::tests
