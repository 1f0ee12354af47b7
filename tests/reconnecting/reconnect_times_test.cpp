// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When a reconnecting client tries again, on virtual time: the back-off, what begins it anew, the servers, the budget,
// and that each attempt is a whole connect.
#include <uplink/reconnecting_client.hpp>

#include "support/simulated_reconnect.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// Waits of 1, 2, 4, ... seconds, without chance: floor and limit of the n-th wait differ by nothing.
reconnect_options doubling() {
    reconnect_options options;
    options.backoff = {1s, 1h, 1s, 2};
    options.seed = 7;
    return options;
}

/// When the attempts of a network have begun, since its beginning.
std::vector<std::chrono::nanoseconds> starts(const testing::network& net) {
    std::vector<std::chrono::nanoseconds> times;
    for (const testing::attempt& each : net.attempts()) times.push_back(each.start);
    return times;
}

}  // namespace

TEST_CASE_METHOD(reconnect_test,
                 "Reconnect: a wait is counted from the start of an attempt that never connected") {
    server().black_hole();
    client_options below;
    below.connect.timeout = 30s;
    simulated_reconnect client = make(every(20s), below);
    client.start();
    net.run_for(100s);
    CHECK(starts(net) == std::vector<std::chrono::nanoseconds>{0s, 30s, 60s, 90s});
    CHECK(client.status().last_error == errc::connect_timeout);
}

TEST_CASE_METHOD(reconnect_test,
                 "Reconnect: a wait is counted from the failure where a connection had been made") {
    server().accept(2s);
    simulated_reconnect client = make(every(20s));
    client.on_session([](simulated_client&, auto done) { done(net::error::fault); });
    client.start();
    net.run_for(50s);
    CHECK(starts(net) == std::vector<std::chrono::nanoseconds>{0s, 22s, 44s});
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: a server that accepts and drops does not reset the back-off") {
    for (const std::chrono::nanoseconds up : {0ns, 1'000'000'000ns, 9'900'000'000ns}) {
        INFO("up for " << up.count() << " ns");
        testing::network own;
        own.host("server.test").v4({"192.0.2.1"});
        own.prefer(address_family::v4);
        auto& dropping = own.endpoint("192.0.2.1:80");
        for (int i = 0; i != 20; ++i) dropping.accept().after(up).close().then();
        reconnect_options options = doubling();
        options.backoff.floor = 0s;
        simulated_reconnect client(simulated_client(own.get_executor()), "server.test", 80, options);
        std::vector<std::size_t> failures;
        client.on_change([&](const simulated_status& status) {
            if (status.state == reconnect_state::waiting) failures.push_back(status.failures);
        });
        client.start();
        own.run_until([&] { return failures.size() == 8; });
        CHECK(failures == std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8});
        CHECK(client.status().connections == 8);
    }
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: a connection that was stable begins the back-off anew") {
    server().refuse().then().refuse().then().accept().after(10100ms).close().then().accept();
    simulated_reconnect client = make();
    client.start();
    net.run_for(2s + 10s);
    CHECK(client.status().failures == 0);
    CHECK(client.status().state == reconnect_state::connected);
    int asked = 0;
    client.on_failure([&](const error_code&, const auto&) {
        ++asked;
        return retry_verdict::retry();
    });
    states();
    net.run_for(100ms);
    CHECK(states() == "waiting");
    CHECK(client.status().failures == 0);
    CHECK(client.status().last_error == net::error::eof);
    REQUIRE(client.status().next_attempt);
    CHECK(*client.status().next_attempt - client.status().since <= 1s);
    net.run_for(1s);
    CHECK(states() == "connecting preparing connected");
    CHECK(asked == 0);
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: mark_stable() is the word of the user, in the hook too") {
    for (const bool in_hook : {false, true}) {
        testing::network own;
        own.host("server.test").v4({"192.0.2.1"});
        own.prefer(address_family::v4);
        own.endpoint("192.0.2.1:80").refuse().then().accept().after(1s).close().then().accept();
        simulated_reconnect client(simulated_client(own.get_executor()), "server.test", 80, every(1s));
        if (in_hook) {
            client.on_session([&](simulated_client&, auto done) {
                client.mark_stable();
                done({});
            });
        }
        client.start();
        own.run_for(1500ms);
        if (!in_hook) client.mark_stable();
        CHECK(client.status().failures == 0);
        own.run_for(1s);
        CHECK(client.status().failures == 0);
        CHECK(client.status().last_error == net::error::eof);
    }
}

TEST_CASE("Reconnect: each attempt is a whole connect, with a lookup of its own") {
    testing::network net;
    net.prefer(address_family::v4);
    net.host("server.test").v4_fails(net::error::host_not_found).v4({"192.0.2.6"}).v4({"192.0.2.7"});
    net.endpoint("192.0.2.6:80").accept().after(20s).close();
    net.endpoint("192.0.2.7:80").accept();
    simulated_reconnect client(simulated_client(net.get_executor()), "server.test", 80, every(1s));
    client.start();
    net.run_for(500ms);
    CHECK(client.status().state == reconnect_state::waiting);
    CHECK(client.status().last_error == net::error::host_not_found);
    net.run_for(1s);
    CHECK(client.status().connections == 1);
    CHECK(client.client().remote_endpoint().address().to_string() == "192.0.2.6");
    net.run_for(25s);
    CHECK(client.status().connections == 2);
    CHECK(client.client().remote_endpoint().address().to_string() == "192.0.2.7");
}

TEST_CASE(
    "Reconnect: of several servers the next one is tried at once, and the one that worked is the first afterwards") {
    testing::network net;
    for (const char* address : {"192.0.2.1:80", "192.0.2.3:80"}) net.endpoint(address).refuse();
    net.endpoint("192.0.2.2:80").accept().after(20s).close().then().accept();
    simulated_reconnect client(simulated_client(net.get_executor()),
                               {{"192.0.2.1", 80}, {"192.0.2.2", 80}, {"192.0.2.3", 80}}, every(5s));
    std::vector<std::size_t> tried;
    client.on_change([&](const simulated_status& status) {
        if (status.state == reconnect_state::connecting) tried.push_back(status.server);
    });
    client.start();
    net.run_for(1s);
    CHECK(tried == std::vector<std::size_t>{0, 1});
    CHECK(client.status().state == reconnect_state::connected);
    net.run_for(25s);
    CHECK(tried == std::vector<std::size_t>{0, 1, 1});
}

TEST_CASE("Reconnect: clients that share a budget start no more attempts than it allows") {
    testing::network net;
    net.endpoint("192.0.2.1:80").accept();
    reconnect_options options = every(1s);
    options.budget = std::make_shared<reconnect_budget>(2, 3);
    std::vector<simulated_reconnect> clients;
    for (int i = 0; i != 10; ++i) {
        clients.emplace_back(simulated_client(net.get_executor()), "192.0.2.1", 80, options);
        clients.back().start();
    }
    net.poll();
    CHECK(net.attempts().size() == 3);
    CHECK(clients[5].status().state == reconnect_state::waiting);
    clients[4].close();  // gives its token back, for whoever asks next
    net.run_for(1s);
    CHECK(net.attempts().size() == 4);
    net.run_for(10s);
    CHECK(net.attempts().size() == 9);
    for (std::size_t i = 1; i < net.attempts().size(); ++i) {
        const auto window = net.attempts()[i].start - net.attempts()[i > 4 ? i - 4 : 0].start;
        if (i > 4) CHECK(window >= 500ms);
    }
}

TEST_CASE(
    "Reconnect: a thousand clients that lose their server in one moment come back spread over the base") {
    testing::network net;
    constexpr std::size_t count = 1000;
    auto& server = net.endpoint("192.0.2.1:80");
    for (std::size_t i = 0; i != count; ++i) server.accept().after(20s).close().then();
    server.accept();
    reconnect_options options;
    options.backoff.base = 1s;
    std::vector<simulated_reconnect> clients;
    for (std::size_t i = 0; i != count; ++i) {
        options.seed = 1000 + i;
        clients.emplace_back(simulated_client(net.get_executor()), "192.0.2.1", 80, options);
        clients.back().start();
    }
    net.run_for(25s);
    REQUIRE(net.attempts().size() == 2 * count);
    constexpr std::size_t parts = 20;
    std::array<std::size_t, parts> spread{};
    for (std::size_t i = count; i != 2 * count; ++i) {
        const auto after = net.attempts()[i].start - 20s;
        REQUIRE(after >= 0s);
        REQUIRE(after <= 1s);
        ++spread[std::min(parts - 1, static_cast<std::size_t>(after / 50ms))];
    }
    double chi_square = 0;
    for (const std::size_t each : spread) {
        const double off = static_cast<double>(each) - static_cast<double>(count) / parts;
        chi_square += off * off / (static_cast<double>(count) / parts);
    }
    INFO("chi square " << chi_square << " with 19 degrees of freedom");
    CHECK(chi_square < 43.8);  // one in a thousand is above
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: the user's rule decides, exactly") {
    server().refuse(100ms);
    simulated_reconnect client = make();
    SECTION("another time, counted from the failure") {
        client.on_failure([](const error_code&, const auto&) { return retry_verdict::retry_after(3s); });
        client.start();
        net.run_for(7s);
        CHECK(starts(net) == std::vector<std::chrono::nanoseconds>{0s, 3100ms, 6200ms});
    }
    SECTION("it stops") {
        std::vector<error_code> asked;
        client.on_failure([&](const error_code& ec, const auto& report) {
            asked.push_back(ec);
            CHECK(report.error == ec);
            return asked.size() == 2 ? retry_verdict::stop() : retry_verdict::retry();
        });
        completion waited, late;
        client.async_wait_connected(record(waited));
        client.start();
        net.run();
        CHECK(asked ==
              std::vector<error_code>{net::error::connection_refused, net::error::connection_refused});
        CHECK(waited == completed(net::error::connection_refused));
        CHECK(states() == "connecting waiting connecting failed");
        client.async_receive_some(record(late));
        net.run();
        CHECK(late == completed(net::error::connection_refused, ""));
    }
    SECTION("it throws") {
        client.on_failure([](const error_code&, const auto&) -> retry_verdict { throw 1; });
        client.start();
        net.run();
        CHECK(client.status().state == reconnect_state::failed);
        CHECK(client.status().last_error == net::error::no_recovery);
    }
    SECTION("it closes, and its answer is ignored") {
        client.on_failure([&](const error_code&, const auto&) {
            client.close();
            return retry_verdict::retry();
        });
        client.start();
        net.run();
        CHECK(states() == "connecting stopped");
    }
}

TEST_CASE("Reconnect: options that make no sense are failed with invalid_argument, posted") {
    testing::network net;
    const auto fails = [&](std::vector<server_address> servers, reconnect_options options) {
        simulated_reconnect client(simulated_client(net.get_executor()), std::move(servers),
                                   std::move(options));
        bool told = false;
        client.on_change([&](const simulated_status& status) {
            told =
                status.state == reconnect_state::failed && status.last_error == net::error::invalid_argument;
        });
        client.start();
        CHECK_FALSE(told);
        net.poll();
        return told;
    };
    const std::vector<server_address> one{{"192.0.2.1", 80}};
    const auto with = [](auto change) {
        reconnect_options options;
        change(options);
        return options;
    };
    CHECK(fails({}, {}));
    CHECK(fails(one, with([](auto& o) { o.backoff.floor = 1s; })));
    CHECK(fails(one, with([](auto& o) { o.backoff.cap = 100ms; })));
    CHECK(fails(one, with([](auto& o) { o.backoff.factor = 0.9; })));
    CHECK(fails(one, with([](auto& o) { o.backoff.floor = -1ns; })));
    CHECK(fails(one, with([](auto& o) { o.stable_after = -1ns; })));
    CHECK(fails(one, with([](auto& o) { o.budget = std::make_shared<reconnect_budget>(1, 0.5); })));
    CHECK(fails(one, with([](auto& o) { o.budget = std::make_shared<reconnect_budget>(0, 5); })));
    CHECK(fails({{"192.0.2.1", 70000}}, {}));
    CHECK(fails({{"", "80"}}, {}));
}

}  // namespace uplink::tests
