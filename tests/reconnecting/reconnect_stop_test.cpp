// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Stopping a reconnecting client, and the states without a future: from every state and every callback, twice, and
// started again.

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class stop_test : public reconnect_test {
public:
    /// A client in that state; `server` says what comes of a connection.
    simulated_reconnect make_in(const std::string& state) {
        reconnect_options options = every(1s);
        if (state == "failed") options.max_failures = 1;
        simulated_reconnect client = make(options);
        if (state == "preparing") {
            server().accept(1ms).silent();
            client.on_session([](simulated_client&, const auto&) {});
        }
        if (state == "connecting") server().black_hole();
        if (state == "waiting" || state == "failed") server().refuse(1ms);
        if (state != "idle") client.start();
        net.run_for(10ms);
        if (state == "stopped") client.close();
        if (state == "stopping") client.async_stop(record(before_));
        net.poll();
        changes.clear();
        CHECK(to_string(client.status().state) == state);
        return client;
    }

private:
    completion before_{};
};

}  // namespace

TEST_CASE_METHOD(stop_test,
                 "Reconnect: without a connection stop ends at once, and tells if something was queued") {
    const std::string state = GENERATE("idle", "connecting", "preparing", "waiting");
    const bool is_queued = GENERATE(true, false);
    simulated_reconnect client = make_in(state);
    completion sent, received, stopped;
    if (is_queued) client.async_send(std::string("queued"), record(sent));
    client.async_receive_some(record(received));
    client.async_stop(record(stopped));
    CHECK(!stopped);
    net.poll();
    CHECK(stopped == completed(is_queued ? error_code(errc::connection_lost) : success));
    CHECK(received == completed(aborted, ""));
    if (is_queued) CHECK(sent == completed(aborted, 0));
    const bool was_trying = state == "connecting" || state == "preparing";
    CHECK(states() == (was_trying ? "stopping stopped" : "stopped"));
    CHECK(net.open_sockets() == 0);
    net.run();
}

TEST_CASE_METHOD(stop_test, "Reconnect: stop in stopped and failed is success, and twice is as once") {
    const std::string state = GENERATE("stopped", "failed");
    simulated_reconnect client = make_in(state);
    completion first, second;
    client.async_stop(record(first));
    client.async_stop(record(second));
    net.poll();
    CHECK(first == completed(success));
    CHECK(second == completed(success));
    CHECK(client.status().state == reconnect_state::stopped);
}

TEST_CASE_METHOD(stop_test,
                 "Reconnect: connected, stop sends what is queued, and waits for the server's end") {
    server()
        .accept(1ms)
        .window(4)
        .latency(1ms)
        .expect("queued bytes")
        .expect_eof()
        .after(10ms)
        .reply("bye\n");
    server().close();
    simulated_reconnect client = make();
    client.start();
    net.run_for(10ms);
    completion sent, received, stopped, again;
    client.async_send(std::string("queued bytes"), record(sent));
    client.async_receive_until("\n", record(received));
    client.async_stop(record(stopped));
    client.async_stop(record(again));
    net.run_for(10ms);
    CHECK(sent == completed(success, 12));
    CHECK(!stopped);
    net.run();
    CHECK(received == completed(success, "bye\n"));
    CHECK(stopped == completed(success));
    CHECK(again == completed(success));
    CHECK(states() == "connecting preparing connected stopping stopped");
    CHECK(net.failures().empty());
}

TEST_CASE_METHOD(stop_test, "Reconnect: a receive that the server's end does not satisfy learns of it") {
    server().accept(1ms).reply("half").expect_eof().close();
    simulated_reconnect client = make();
    client.start();
    net.run_for(10ms);
    completion received, stopped;
    client.async_receive_until("\n", record(received));
    client.async_stop(record(stopped));
    net.run();
    CHECK(received == completed(errc::truncated, ""));
    CHECK(stopped == completed(success));
    CHECK(client.status().dropped_bytes == 4);
}

TEST_CASE_METHOD(stop_test, "Reconnect: the connection's error while stopping is stop's") {
    server().accept(1ms).window(4).after(50ms).reset();
    simulated_reconnect client = make();
    client.start();
    net.run_for(10ms);
    completion sent, received, stopped;
    client.async_send(std::string("queued"), record(sent));
    client.async_receive_some(record(received));
    client.async_stop(record(stopped));
    net.run();
    CHECK(stopped == completed(was_reset));
    CHECK(sent == completed(errc::connection_lost, 4));
    CHECK(received == completed(errc::connection_lost, ""));
    CHECK(stopped.order > sent.order);  // when it has ended nothing is outstanding
    CHECK(stopped.order > received.order);
    CHECK(states() == "connecting preparing connected stopping stopped");
}

TEST_CASE_METHOD(stop_test, "Reconnect: stop has a limit, by default close_timeout") {
    server().accept(1ms).silent();
    client_options below;
    below.close_timeout = 200ms;
    simulated_reconnect client = make(every(1s), below);
    client.start();
    net.run_for(10ms);
    completion stopped;
    const bool is_default = GENERATE(true, false);
    if (is_default) client.async_stop(record(stopped));
    else client.async_stop(100ms, record(stopped));
    net.run_for(is_default ? 199ms : 99ms);
    CHECK(!stopped);
    net.run_for(1ms);
    CHECK(stopped == completed(errc::close_timeout));
    CHECK(states() == "connecting preparing connected stopping stopped");
    CHECK(net.open_sockets() == 0);
    net.run();
}

TEST_CASE_METHOD(stop_test, "Reconnect: an expired limit stops at once, posted") {
    server().accept(1ms).silent();
    simulated_reconnect client = make();
    client.start();
    net.run_for(10ms);
    completion stopped;
    client.async_stop(0ms, record(stopped));
    CHECK(!stopped);
    net.poll();
    CHECK(stopped == completed(errc::close_timeout));
    CHECK(client.status().state == reconnect_state::stopped);
    net.run();
}

TEST_CASE_METHOD(stop_test, "Reconnect: a cancelled stop closes at once, except by a total cancellation") {
    server().accept(1ms).silent();
    simulated_reconnect client = make();
    client.start();
    net.run_for(10ms);
    completion stopped;
    net::cancellation_signal signal;
    client.async_stop(record(stopped, signal));
    signal.emit(net::cancellation_type::total);
    net.run_for(10ms);
    CHECK(!stopped);
    const bool is_slot = GENERATE(true, false);
    is_slot ? signal.emit(net::cancellation_type::terminal) : client.cancel();
    CHECK(!stopped);
    net.poll();
    CHECK(stopped == completed(aborted));
    CHECK(client.status().state == reconnect_state::stopped);
    net.run();
}

TEST_CASE_METHOD(stop_test, "Reconnect: started while stopping, the last word counts") {
    server().accept(1ms).expect_eof().after(50ms).close();
    simulated_reconnect client = make();
    client.start();
    net.run_for(10ms);
    completion stopped, connected, refused, last;
    client.async_stop(record(stopped));
    client.async_wait_connected(record(refused));
    client.start();
    client.async_wait_connected(record(connected));
    net.poll();
    CHECK(refused == completed(net::error::not_connected));
    const bool is_stopped_again = GENERATE(true, false);
    if (is_stopped_again) client.async_stop(record(last));
    net.run_for(100ms);
    CHECK(stopped == completed(success));
    if (is_stopped_again) {
        CHECK(states() == "connecting preparing connected stopping stopped");
        CHECK(last == completed(success));
        CHECK(connected == completed(net::error::not_connected));
    } else {
        CHECK(states() == "connecting preparing connected stopping stopped connecting preparing connected");
        CHECK(connected == completed(success));
    }
    client.close();
    net.run();
}

TEST_CASE_METHOD(stop_test, "Reconnect: operations in a state without a future are refused, posted") {
    const std::string state = GENERATE("stopping", "stopped", "failed");
    if (state == "stopping") server().accept(1ms).silent();
    simulated_reconnect client = make_in(state);
    completion sent, received, drained, connected;
    client.async_send(std::string("x"), record(sent));
    client.async_receive_some(record(received));
    client.async_drain(record(drained));
    client.async_wait_connected(record(connected));
    CHECK(!sent);
    CHECK(!received);
    net.poll();
    const error_code refused = net::error::connection_refused;
    const error_code not_connected = net::error::not_connected;
    const error_code expected = state == "failed" ? refused : not_connected;
    CHECK(sent == completed(state == "stopping" ? error_code(net::error::broken_pipe) : expected, 0));
    CHECK(received == completed(expected, ""));
    CHECK(drained == completed(state == "stopping" ? success : expected));
    CHECK(connected == completed(expected));
    client.close();
    net.run();
}

TEST_CASE_METHOD(stop_test, "Reconnect: in idle all operations wait for start()") {
    server().accept(1ms).reply("hi").silent();
    simulated_reconnect client = make();
    completion sent, received, connected;
    client.async_send(std::string("x"), record(sent));
    client.async_receive_some(record(received));
    client.async_wait_connected(record(connected));
    net.run_for(1h);
    CHECK(!sent);
    CHECK(!received);
    CHECK(!connected);
    client.start();
    net.run_for(10ms);
    CHECK(sent == completed(success, 1));
    CHECK(received == completed(success, "hi"));
    CHECK(connected == completed(success));
    client.close();
    net.run();
}

TEST_CASE_METHOD(stop_test, "Reconnect: stopped, closed or destroyed by each callback") {
    const std::string where = GENERATE("handler", "on_change", "on_failure");
    const std::string what = GENERATE("stops", "closes", "destroys");
    const int which = GENERATE(0, 1, 2, 3);
    server().accept(1ms).reply("x").after(10ms).reset().then().accept(1ms).reply("y").expect_eof().close();
    auto client = std::make_unique<simulated_reconnect>(make(every(10ms)));
    completion stopped, sent;
    bool has_acted = false;
    int calls = 0;
    const auto act = [&] {
        if (calls++ != which) return;
        has_acted = true;
        if (what == "stops") client->async_stop(record(stopped));
        if (what == "closes") client->close();
        if (what == "destroys") client.reset();
    };
    if (where == "on_change") client->on_change([&](const simulated_status&) { act(); });
    if (where == "on_failure") {
        client->on_failure([&](const error_code&, const auto&) {
            act();
            return retry_verdict::retry();
        });
    }
    const std::function<void()> receive = [&] {
        if (!client) return;
        client->async_receive_some([&](const error_code& ec, std::string_view) {
            if (where == "handler") act();
            if (!ec) receive();
        });
    };
    receive();
    client->async_send(std::string("z"), record(sent));
    client->start();
    net.run_for(1s);
    CHECK(sent.calls == 1);
    if (client && has_acted) CHECK(client->status().state == reconnect_state::stopped);
    if (has_acted && what == "stops") CHECK(stopped.calls == 1);
    client.reset();
    net.run();
    CHECK(net.open_sockets() == 0);
    CHECK(net.pending_operations() == 0);
}

}  // namespace uplink::tests
