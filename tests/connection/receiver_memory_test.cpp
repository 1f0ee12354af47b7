// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A read or a write that Asio cannot start for want of memory: what it ends, and that nothing is taken to be
// in flight that never was (promise 5, faults 84).

#include <uplink/detail/connection/receiver.hpp>

#include "support/scripted_stream.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// It connects again: of the connection before nothing is in flight.
void check_connects_again(scripted_client<>& talk) {
    completion again;
    talk.client.close();
    talk.client.async_connect(talk.server, record(again));
    talk.net.run_for(1s);
    CHECK(again == completed(success));
}

}  // namespace

TEST_CASE("faults 84: a read that cannot be started ends its receive alone, and the next goes on") {
    completion refused, received;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_receive_exactly(4, record(refused));
    talk.script().reads_without_memory = 1;
    talk.script().end_read("ab");
    talk.run();
    CHECK(refused == completed(net::error::no_memory));
    CHECK(talk.client.state().view() == "ab");
    talk.client.async_receive_exactly(4, record(received));
    talk.script().end_read("cd");
    talk.run();
    CHECK(received == completed(success, "abcd"));
    check_connects_again(talk);
}

TEST_CASE("faults 84: a receive that never reads leaves nothing in flight") {
    completion refused;
    scripted_client<> talk;
    talk.connect();
    talk.script().reads_without_memory = 1;
    talk.client.async_receive(record(refused));
    talk.run();
    CHECK(refused == completed(net::error::no_memory));
    check_connects_again(talk);
}

TEST_CASE(
    "faults 84: a discarding read that cannot be started is async_close's error, and the socket is closed") {
    completion closed;
    scripted_client<> talk;
    talk.connect();
    talk.script().reads_without_memory = 1;
    talk.client.async_close(record(closed));
    talk.run();
    CHECK(closed == completed(net::error::no_memory));
    CHECK(talk.script().is_closed);
    check_connects_again(talk);
}

TEST_CASE("faults 84: a write that cannot be started fails the connection, and leaves nothing in flight") {
    completion first, second, received;
    scripted_client<> talk;
    talk.connect();
    talk.client.async_receive(record(received));
    talk.script().writes_without_memory = 1;
    talk.client.async_send(std::string("first"), record(first));
    talk.client.async_send(std::string("second"), record(second));
    talk.run();
    CHECK(first == completed(net::error::no_memory, 0));
    CHECK(second == completed(net::error::no_memory));
    CHECK(received == completed(net::error::no_memory));
    CHECK(talk.client.send_queue_bytes() == 0);
    check_connects_again(talk);
}

}  // namespace uplink::tests
