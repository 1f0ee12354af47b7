// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Stopping a reconnecting client: from every state, twice, with a limit, and cancelled. What happens in and after a stop
// is in reconnect_no_future_test.cpp.

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/reconnect_states.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(reconnect_state_test,
                 "Reconnect: without a connection stop ends at once, and tells if something was queued") {
    const std::string state = GENERATE(as<std::string>(), "idle", "connecting", "preparing", "waiting");
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

TEST_CASE_METHOD(reconnect_state_test,
                 "Reconnect: stop in stopped and failed is success, and twice is as once") {
    const std::string state = GENERATE(as<std::string>(), "stopped", "failed");
    simulated_reconnect client = make_in(state);
    completion first, second;
    client.async_stop(record(first));
    client.async_stop(record(second));
    net.poll();
    CHECK(first == completed(success));
    CHECK(second == completed(success));
    CHECK(client.status().state == reconnect_state::stopped);
}

TEST_CASE_METHOD(reconnect_state_test,
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

TEST_CASE_METHOD(reconnect_state_test,
                 "Reconnect: a receive that the server's end does not satisfy learns of it") {
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

TEST_CASE_METHOD(reconnect_state_test, "Reconnect: the connection's error while stopping is stop's") {
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

TEST_CASE_METHOD(reconnect_state_test, "Reconnect: stop has a limit, by default close_timeout") {
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

TEST_CASE_METHOD(reconnect_state_test, "Reconnect: an expired limit stops at once, posted") {
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

TEST_CASE_METHOD(reconnect_state_test,
                 "Reconnect: a cancelled stop closes at once, except by a total cancellation") {
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

}  // namespace uplink::tests
