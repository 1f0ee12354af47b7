// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that comes back, on the simulated network: what a user sees of it.
#include <uplink/reconnecting_client.hpp>

#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(reconnect_test, "Reconnect: it connects, sends, receives, and stops in order") {
    server().accept(10ms).expect("hello\n").reply("welcome\n").expect_eof().close();
    simulated_reconnect client = make();
    completion sent, received, connected, stopped;
    client.async_send(std::string("hello\n"), record(sent));
    client.async_receive_until("\n", record(received));
    client.async_wait_connected(record(connected));
    net.run();
    CHECK(!sent);
    client.start();
    net.run_for(1s);
    CHECK(connected == completed(success));
    CHECK(sent == completed(success, 6));
    CHECK(received == completed(success, "welcome\n"));
    CHECK(states() == "connecting preparing connected");
    client.async_stop(record(stopped));
    net.run();
    CHECK(stopped == completed(success));
    CHECK(states() == "stopping stopped");
    CHECK(net.failures().empty());
    CHECK(net.open_sockets() == 0);
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: a refused attempt is made again after the back-off") {
    server().refuse(10ms).then().refuse(10ms).then().accept(10ms);
    simulated_reconnect client = make();
    client.start();
    net.run_for(1900ms);
    CHECK(states() == "connecting waiting connecting waiting");
    net.run_for(200ms);
    CHECK(states() == "connecting preparing connected");
    CHECK(net.attempts().size() == 3);
    CHECK(client.status().failures == 2);
    net.run_for(10s);
    CHECK(client.status().failures == 0);
    CHECK(client.history().size() == 3);
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: a send of which no byte has gone goes on the next connection") {
    server().accept(10ms).expect("first").after(1s).reset().then().accept(10ms).expect("second").expect_eof();
    reconnect_options options = every(1s);
    options.on_loss = loss_policy::keep_untouched;
    simulated_reconnect client = make(options);
    completion first, second, received, again;
    client.start();
    client.async_send(std::string("first"), record(first));
    client.async_receive_some(record(received));
    net.run_for(1500ms);
    CHECK(first == completed(success, 5));
    CHECK(received == completed(errc::connection_lost, ""));
    CHECK(states() == "connecting preparing connected waiting");
    client.async_send(std::string("second"), record(second));
    net.run_for(2s);
    CHECK(second == completed(success, 6));
    client.close();
    net.run();
    CHECK(states() == "connecting preparing connected stopped");
}

}  // namespace uplink::tests
