// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The handlers of a reconnecting client: where their operations' memory comes from, where and in which order they are
// called, what an exception in one of them leaves, and operations that a token starts when the client has gone.
#include "support/later_token.hpp"
#include "support/owned_memory.hpp"
#include "support/simulated_reconnect.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/strand.hpp>
#else
#include <asio/bind_executor.hpp>
#include <asio/strand.hpp>
#endif

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kinds = 8;

/// One operation of each kind; next(i) is the handler of the i-th.
template <class Next> void start_each(simulated_reconnect& client, Next next) {
    client.async_send(std::string("x"), next(0));
    client.async_send(net::buffer("y", 1), next(1));
    client.async_drain(next(2));
    client.async_receive_until("\n", next(3));
    client.async_wait_connected(next(4));
    client.async_wait_change(client.status().generation, next(5));
    client.async_stop(next(6));
    client.async_stop(1s, next(7));
}

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
    const std::string state = GENERATE("idle", "waiting", "connected");
    std::array<arena_record, kinds> records;
    simulated_reconnect client = make_in(state);
    start_each(client, [&](std::size_t i) { return memory_owner(records[i]); });
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
    start_each(client, [&](std::size_t i) { return memory_owner(records[i]); });
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
    simulated_reconnect client(simulated_client(of_client), "server.test", 80, every(1s));
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
    int handlers = 0;
    const auto handler = [&](std::size_t) {
        return net::bind_executor(of_handlers, [&](const error_code&, const auto&...) {
            CHECK(of_handlers.running_in_this_thread());
            ++handlers;
        });
    };
    client.start();
    net.run_for(5s);
    CHECK(functions == 7);  // on_change: connecting waiting connecting preparing connected
    start_each(client, handler);
    net.run();
    start_each(client, handler);  // refused
    net.run();
    CHECK(handlers == 2 * kinds);
    client.close();
    net.run();
}

TEST_CASE_METHOD(handlers_test, "Reconnect: a stop ends behind all that was started before it") {
    const std::string state = GENERATE("idle", "waiting", "connected");
    const bool is_expired = GENERATE(false, true);
    simulated_reconnect client = make_in(state);
    std::array<completion, 6> ended;
    completion stopped;
    const auto note = [&](std::size_t i) {
        return [&to = ended[i]](const error_code& ec, const auto&...) { to.set(ec); };
    };
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
        std::array<int, kinds> calls{};
        int changes_told = 0;
        int exceptions = 0;
        client.on_change([&](const simulated_status&) {
            ++changes_told;
            throw 2;
        });
        start_each(client, [&](std::size_t i) {
            return [&, i](const error_code&, const auto&...) {
                ++calls[i];
                if (i == which) throw 1;
            };
        });
        client.start();
        for (bool is_done = false; !is_done;) {
            try {
                own.run();
                is_done = true;
            } catch (int) {
                ++exceptions;
            }
        }
        for (const int each : calls) CHECK(each == 1);
        CHECK(exceptions == 1 + changes_told);
        CHECK(client.status().state == reconnect_state::connected);
        client.on_change({});
        client.close();
        own.run();
        CHECK(own.open_sockets() == 0);
    }
}

TEST_CASE_METHOD(handlers_test, "Reconnect: what a token starts when the client has gone ends at once") {
    server().accept(1ms).silent();
    std::optional<simulated_reconnect> client(make());
    const std::uint64_t seen = client->status().generation + 2;  // that of its end
    const auto send = client->async_send(std::string("x"), 1s, later_token());
    const auto drain = client->async_drain(1s, later_token());
    const auto receive = client->async_receive_some(1s, later_token());
    const auto connected = client->async_wait_connected(1s, later_token());
    const auto change = client->async_wait_change(seen, later_token());
    const auto limited_change = client->async_wait_change(seen, 1s, later_token());
    const auto stop = client->async_stop(later_token());
    client->start();
    if (GENERATE(false, true)) net.run_for(1s);  // the generation is another then
    client.reset();
    net.run();
    std::array<completion, 7> ended;
    const auto note = [&](std::size_t i) {
        return [&to = ended[i]](const error_code& ec, const auto&...) { to.set(ec); };
    };
    send(note(0));
    drain(note(1));
    receive(note(2));
    connected(note(3));
    change(note(4));
    limited_change(note(5));
    stop(note(6));
    for (const completion& each : ended) CHECK(!each);
    net.run();
    for (std::size_t i = 0; i != 4; ++i) CHECK(ended[i] == completed(net::error::not_connected));
    CHECK(ended[4] == completed(aborted));
    CHECK(ended[5] == completed(aborted));
    CHECK(ended[6] == completed(success));
}

TEST_CASE_METHOD(handlers_test, "Reconnect: waiting for a change of a client that has stopped") {
    simulated_reconnect client = make_in("idle");
    client.close();
    net.run();
    states();
    const std::string how = GENERATE("close", "stop", "cancel", "limit", "start", "destroy");
    CAPTURE(how);
    completion changed, stopped;
    simulated_status told;
    const std::uint64_t seen = client.status().generation;
    client.async_wait_change(seen, 10s, [&](const error_code& ec, const simulated_status& status) {
        changed.set(ec);
        told = status;
    });
    net.run_for(1s);
    CHECK(!changed);
    if (how == "close") client.close();
    if (how == "stop") client.async_stop(record(stopped));
    if (how == "cancel") client.cancel();
    if (how == "limit") net.run_for(9s);
    if (how == "start") client.start();
    if (how == "destroy") const simulated_reconnect gone = std::move(client);
    if (how != "limit") CHECK(!changed);
    net.poll();
    if (how == "cancel" || how == "destroy") CHECK(changed == completed(aborted));
    else if (how == "limit") CHECK(changed == completed(errc::connect_timeout));
    else CHECK(changed == completed(success));
    CHECK(told.state == (how == "start" ? reconnect_state::connecting : reconnect_state::stopped));
    CHECK(told.generation == (how == "start" ? seen + 1 : seen));
    CHECK(states() == (how == "start" ? "connecting" : ""));
    if (how == "stop") CHECK(stopped == completed(success));
    if (how == "start") client.close();
    net.run();
}

TEST_CASE_METHOD(handlers_test, "Reconnect: on_change is not told what passed while there was none") {
    simulated_reconnect client = make_in("idle");
    client.start();
    client.on_change({});
    net.poll();
    watch(client);
    client.close();
    net.run();
    CHECK(states() == "stopped");
}

TEST_CASE_METHOD(handlers_test,
                 "Reconnect: history says how a connection has ended, also one that the user has ended") {
    const bool is_in_order = GENERATE(true, false);
    simulated_reconnect client = make_in("connected");
    CHECK(client.history().back().error == success);
    if (is_in_order) client.async_stop([](const error_code&) {});
    else client.close();
    net.run();
    REQUIRE(client.history().size() == 1);
    CHECK(client.history().back().was_connected);
    CHECK(client.history().back().error == (is_in_order ? end_of_stream : aborted));
}

TEST_CASE_METHOD(handlers_test, "Reconnect: the longest times are no limit") {
    constexpr auto longest = (std::chrono::nanoseconds::max)();
    server().refuse().then().accept(1ms).reply("x").after(20s).reply("y").expect_eof().close();
    reconnect_options options;
    options.backoff = {longest, longest, 0ns, 1e300};
    options.stable_after = longest;
    client_options below;
    below.close_timeout = longest;
    below.idle_timeout = longest;
    below.connect.timeout = longest;
    simulated_reconnect client = make(options, below);
    client.on_session([](simulated_client&, const auto& done) { done({}); });
    completion sent, first, second, stopped;
    client.async_send(std::string("s"), longest, record(sent));
    client.async_receive_some(longest, record(first));
    client.start();
    net.run_for(1s);
    CHECK(states() == "connecting waiting");
    CHECK(*client.status().next_attempt >= client.status().since);
    client.reconnect_now();
    net.run_for(1s);
    CHECK(sent == completed(success, 1));
    CHECK(first == completed(success, "x"));
    client.async_receive_some(longest, record(second));
    net.run_for(30s);
    CHECK(second == completed(success, "y"));
    client.async_stop(record(stopped));
    net.run();
    CHECK(stopped == completed(success));
}

}  // namespace uplink::tests
