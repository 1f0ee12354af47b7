// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How much the send queue of a reconnecting client takes, with a connection and without one.

#include "reconnecting/send_test.hpp"
#include "support/catch.hpp"
#include "support/completion.hpp"

#include <array>
#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

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

TEST_CASE_METHOD(send_test, "Reconnect: while connected what waits is within send_queue.limit") {
    server().accept(1ms).window(2).deaf();
    simulated_reconnect client = make_limited(16, 10);
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
    simulated_reconnect client = make_limited(1, 10);
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

TEST_CASE_METHOD(send_test, "Reconnect: without a connection a drain succeeds at or below low water") {
    server().accept(1ms).silent();
    simulated_reconnect client = make_with_low_water(5);
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

}  // namespace uplink::tests
