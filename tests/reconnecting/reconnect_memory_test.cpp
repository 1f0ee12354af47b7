// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where the memory of a reconnecting client's sends comes from while a connection has them: from their handlers. That none
// comes from the heap is in reconnect_heap_test.cpp.
#include "support/carried_operations.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(reconnect_test, "Reconnect: the connection's part of a send has the memory of its handler") {
    server().accept(1ms).window(4).after(10ms).silent();
    simulated_reconnect client = make();
    client.start();
    net.run_for(5ms);
    std::array<arena_record, 2> records;
    client.async_send(std::string("abcdef"), memory_owner(records[0]));
    client.async_send(net::buffer("gh", 2), memory_owner(records[1]));
    for (const arena_record& each : records)
        CHECK(each.blocks == 2);  // the operation, and the connection's own
    const std::string how = GENERATE(as<std::string>(), "sent", "closed", "destroyed", "cancelled");
    CAPTURE(how);
    if (how == "closed") client.close();
    if (how == "cancelled") client.cancel();
    if (how == "destroyed") const simulated_reconnect gone = std::move(client);
    net.run_for(20ms);
    for (const arena_record& each : records) {
        CHECK(each.calls == 1);
        CHECK(each.blocks_when_gone == 0);
    }
    if (how != "destroyed") client.close();
    net.run();
}

TEST_CASE("Reconnect: a send that waits again takes its connection's part anew") {
    testing::network net;
    net.endpoint("192.0.2.1:80").accept(1ms).window(4).after(10ms).reset().then().accept(1ms).silent();
    reconnect_options options = every(1s);
    options.on_loss = loss_policy::keep_untouched;
    simulated_reconnect client(simulated_client(net.get_executor()), "192.0.2.1", 80, options);
    client.start();
    net.run_for(5ms);
    std::array<arena_record, 2> records;
    client.async_send(std::string("abcdef"), memory_owner(records[0]));
    client.async_send(std::string("kept"), memory_owner(records[1]));
    net.run_for(2s);
    CHECK(records[0].calls == 1);
    CHECK(records[0].blocks == 2);
    CHECK(records[1].calls == 1);
    CHECK(records[1].blocks == 3);
    for (const arena_record& each : records) CHECK(each.blocks_when_gone == 0);
    client.close();
    net.run();
}

TEST_CASE("Reconnect: with the context a send in flight goes uncalled, after its memory") {
    const bool is_released = GENERATE(false, true);
    arena_record in_flight, waiting;
    std::optional<testing::network> net(std::in_place);
    net->endpoint("192.0.2.1:80").accept(1ms).window(4).deaf();
    client_options below;
    below.send_queue.limit = 4;
    std::optional<simulated_reconnect> client(std::in_place, simulated_client(net->get_executor(), below),
                                              "192.0.2.1", 80, every(1s));
    client->start();
    net->run_for(5ms);
    client->async_send(std::string("abcdef"), memory_owner(in_flight));
    client->async_send(std::string("gh"), memory_owner(waiting));
    if (is_released) client.reset();
    net.reset();
    for (const arena_record* each : {&in_flight, &waiting}) {
        CHECK(each->calls == 0);
        CHECK(each->gone == 1);
        CHECK(each->blocks_when_gone == 0);
    }
}

}  // namespace uplink::tests
