// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Calls of a reconnecting client at odd times, and with odd times: operations that a token starts when the client has
// gone, a client that has stopped already, and limits that are the longest there are.
#include "support/carried_operations.hpp"
#include "support/later_token.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class odd_calls_test : public reconnect_test {
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

TEST_CASE_METHOD(odd_calls_test, "Reconnect: what a token starts when the client has gone ends at once") {
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
    const auto note = [&](std::size_t i) { return record(ended[i]); };
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

TEST_CASE_METHOD(odd_calls_test, "Reconnect: waiting for a change of a client that has stopped") {
    simulated_reconnect client = make_in("idle");
    client.close();
    net.run();
    states();
    const std::string how =
        GENERATE(as<std::string>(), "close", "stop", "cancel", "limit", "start", "destroy");
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

TEST_CASE_METHOD(odd_calls_test, "Reconnect: on_change is not told what passed while there was none") {
    simulated_reconnect client = make_in("idle");
    client.start();
    client.on_change({});
    net.poll();
    watch(client);
    client.close();
    net.run();
    CHECK(states() == "stopped");
}

TEST_CASE_METHOD(odd_calls_test,
                 "Reconnect: history says how a connection has ended, also one that the user has ended") {
    const bool is_in_order = GENERATE(true, false);
    simulated_reconnect client = make_in("connected");
    CHECK(client.history().back().error == success);
    completion stopped;
    if (is_in_order) client.async_stop(record(stopped));
    else client.close();
    net.run();
    REQUIRE(client.history().size() == 1);
    CHECK(client.history().back().was_connected);
    CHECK(client.history().back().error == (is_in_order ? end_of_stream : aborted));
}

TEST_CASE_METHOD(odd_calls_test, "Reconnect: the longest times are no limit") {
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
