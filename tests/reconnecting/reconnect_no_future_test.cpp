// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The states of a reconnecting client without a future, in which operations are refused; a start while it is stopping, and
// a stop, a close and its destruction in every callback.
#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/reconnect_states.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(reconnect_state_test, "Reconnect: started while stopping, the last word counts") {
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

TEST_CASE_METHOD(reconnect_state_test,
                 "Reconnect: operations in a state without a future are refused, posted") {
    const std::string state = GENERATE(as<std::string>(), "stopping", "stopped", "failed");
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

TEST_CASE_METHOD(reconnect_state_test, "Reconnect: in idle all operations wait for start()") {
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

TEST_CASE_METHOD(reconnect_state_test, "Reconnect: stopped, closed or destroyed by each callback") {
    const std::string where = GENERATE(as<std::string>(), "handler", "on_change", "on_failure");
    const std::string what = GENERATE(as<std::string>(), "stops", "closes", "destroys");
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
    completion received;
    received.and_then = [&] {
        if (where == "handler") act();
        if (!received.ec && client) client->async_receive_some(record(received));
    };
    client->async_receive_some(record(received));
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
