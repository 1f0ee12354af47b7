// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The handlers of a reconnecting client: where their operations' memory comes from, where and in which order they are
// called, and what an exception in one of them leaves.
#include "support/carried_operations.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kinds = carried_kinds;

class handlers_test : public reconnect_test {
public:
    /// A client in that state. Its server ends the connection in order.
    simulated_reconnect make_in(const std::string& state) {
        if (state == "waiting") server().refuse();
        else server().accept(1ms).expect_eof().close();
        simulated_reconnect client = make();
        if (state != "idle") client.start();
        net.run_for(10ms);
        CHECK(to_string(client.status().state) == state);
        return client;
    }
};

}  // namespace

TEST_CASE_METHOD(handlers_test,
                 "Reconnect: an operation's memory is its handler's, and is given back before the call") {
    const std::string state = GENERATE(as<std::string>(), "idle", "waiting", "connected");
    std::array<arena_record, kinds> records;
    simulated_reconnect client = make_in(state);
    start_each<memory_owner>(client, [&](std::size_t i) { return memory_owner(records[i]); });
    net.run();
    for (std::size_t i = 0; i != kinds; ++i) {
        INFO("operation " << i);
        CHECK(records[i].calls == 1);
        CHECK(records[i].blocks >= 1);
        CHECK(records[i].blocks_when_gone == 0);
    }
}

TEST_CASE("Reconnect: with the context each handler goes uncalled, after its memory") {
    std::array<arena_record, kinds> records;
    std::optional<testing::network> net(std::in_place);
    net->endpoint("192.0.2.1:80").accept(1ms).silent();
    simulated_reconnect client(simulated_client(net->get_executor()), "192.0.2.1", 80, every(1s));
    client.start();
    net->run_for(10ms);
    start_each<memory_owner>(client, [&](std::size_t i) { return memory_owner(records[i]); });
    net.reset();
    for (const arena_record& each : records) {
        CHECK(each.calls == 0);
        CHECK(each.gone == 1);
        CHECK(each.blocks_when_gone == 0);
    }
}

TEST_CASE_METHOD(handlers_test, "Reconnect: handlers run on their executor, functions on the client's") {
    const auto of_client = net::make_strand(net.get_executor());
    const auto of_handlers = net::make_strand(net.get_executor());
    server().refuse().then().accept(1ms).expect_eof().close();
    simulated_reconnect client(simulated_client(erased(of_client)), "server.test", 80, every(1s));
    int functions = 0;
    const auto function_called = [&] {
        CHECK(of_client.running_in_this_thread());
        ++functions;
    };
    client.on_change([&](const simulated_status&) { function_called(); });
    client.on_failure([&](const error_code&, const auto&) {
        function_called();
        return retry_verdict::retry();
    });
    client.on_session([&](simulated_client&, const auto& done) {
        function_called();
        done({});
    });
    completion handlers;
    handlers.and_then = [&] { CHECK(of_handlers.running_in_this_thread()); };
    const auto handler = [&](std::size_t) { return net::bind_executor(of_handlers, record(handlers)); };
    client.start();
    net.run_for(5s);
    CHECK(functions == 7);  // on_change: connecting waiting connecting preparing connected
    start_each<strand_recorder>(client, handler);
    net.run();
    start_each<strand_recorder>(client, handler);  // refused
    net.run();
    CHECK(handlers.calls == 2 * kinds);
    client.close();
    net.run();
}

TEST_CASE_METHOD(handlers_test, "Reconnect: a stop ends behind all that was started before it") {
    const std::string state = GENERATE(as<std::string>(), "idle", "waiting", "connected");
    const bool is_expired = GENERATE(false, true);
    simulated_reconnect client = make_in(state);
    std::array<completion, 6> ended;
    completion stopped;
    const auto note = [&](std::size_t i) { return record(ended[i]); };
    client.async_send(std::string("x"), note(0));
    client.async_drain(note(1));
    client.async_receive_until("\n", note(2));
    if (state != "connected") client.async_wait_connected(note(3));
    client.async_wait_change(client.status().generation, note(4));
    client.async_wait_change(client.status().generation, note(5));
    if (is_expired) client.async_stop(0s, record(stopped));
    else client.async_stop(record(stopped));
    net.run();
    CHECK(stopped.calls == 1);
    for (std::size_t i = 0; i != ended.size(); ++i) {
        INFO("operation " << i);
        if (i != 3 || state != "connected") CHECK(ended[i].calls == 1);
        CHECK(ended[i].order < stopped.order);
    }
}

TEST_CASE_METHOD(handlers_test,
                 "Reconnect: a handler or function that throws leaves the others to be called") {
    for (std::size_t which = 0; which != kinds; ++which) {
        INFO("operation " << which);
        testing::network own;
        own.endpoint("192.0.2.1:80").accept(1ms).expect_eof().close();
        simulated_reconnect client(simulated_client(own.get_executor()), "192.0.2.1", 80, every(1s));
        std::array<completion, kinds> called;
        called[which].and_then = [] { throw 1; };
        int changes_told = 0;
        int exceptions = 0;
        client.on_change([&](const simulated_status&) {
            ++changes_told;
            throw 2;
        });
        start_each<recorder>(client, [&](std::size_t i) { return record(called[i]); });
        client.start();
        for (bool is_done = false; !is_done;) {
            try {
                own.run();
                is_done = true;
            } catch (int) {
                ++exceptions;
            }
        }
        for (const completion& each : called) CHECK(each.calls == 1);
        CHECK(exceptions == 1 + changes_told);
        CHECK(client.status().state == reconnect_state::connected);
        client.on_change({});
        client.close();
        own.run();
        CHECK(own.open_sockets() == 0);
    }
}

}  // namespace uplink::tests
