// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnecting client that is closed, started again and destroyed at awkward moments.
#include <uplink/reconnecting_client.hpp>

#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(reconnect_test,
                 "Reconnect: close and start at once, while the connect that was given up comes back") {
    server().accept(10ms);
    simulated_reconnect client = make();
    client.start();
    client.close();
    client.start();
    net.run_for(50ms);
    CHECK(states() == "connecting stopped connecting preparing connected");
    client.close();
    client.start();
    client.close();
    client.start();
    net.run_for(50ms);
    CHECK(states() == "stopped connecting stopped connecting preparing connected");
    client.close();
    net.run();
    CHECK(net.open_sockets() == 0);
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: start() while it stops connects again afterwards") {
    server().accept(10ms).expect_eof().close().then().accept(10ms);
    simulated_reconnect client = make();
    client.start();
    net.run_for(50ms);
    completion stopped, waited;
    client.async_stop(record(stopped));
    client.start();
    client.async_wait_connected(record(waited));
    net.run_for(50ms);
    CHECK(stopped == completed(success));
    CHECK(waited == completed(success));
    CHECK(states() == "connecting preparing connected stopping stopped connecting preparing connected");
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: destroyed in each call of on_change") {
    for (int call = 1; call != 8; ++call) {
        INFO("call " << call);
        testing::network own;
        own.host("server.test").v4({"192.0.2.1"});
        own.prefer(address_family::v4);
        own.endpoint("192.0.2.1:80").accept(1ms).after(1s).reset().then().accept(1ms);
        auto client = std::make_unique<simulated_reconnect>(simulated_client(own.get_executor()),
                                                            "server.test", 80, every(1s));
        completion received, changed;
        int left = call;
        client->on_change([&](const simulated_status&) {
            if (--left == 0) client.reset();
        });
        client->async_receive_exactly(10, record(received));
        client->async_wait_change(100, [&](error_code ec, const auto&) { changed.set(ec); });
        client->start();
        own.run_for(10s);
        client.reset();
        own.run();
        CHECK(received.calls == 1);
        CHECK(changed.calls == 1);
        CHECK(own.open_sockets() == 0);
        CHECK(own.pending_operations() == 0);
    }
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: moved in each call of its functions, it goes on") {
    server()
        .refuse()
        .then()
        .accept(1ms)
        .expect("login")
        .reply("ok")
        .expect("x")
        .after(1s)
        .reset()
        .then()
        .accept(1ms);
    server().expect("login").reply("ok").expect_eof().close();
    auto client = std::make_unique<simulated_reconnect>(make());
    const auto move = [&] { client = std::make_unique<simulated_reconnect>(std::move(*client)); };
    int hooks = 0;
    int failures = 0;
    client->on_change([&](const simulated_status& status) {
        changes.push_back(status);
        move();
    });
    client->on_failure([&](const error_code&, const auto&) {
        ++failures;
        move();
        return retry_verdict::retry();
    });
    client->on_session([&](simulated_client& below, auto done) {
        ++hooks;
        move();
        below.async_send(std::string("login"), [](error_code, std::size_t) {});
        below.async_receive_exactly(2, [&, done](error_code ec, std::string_view) {
            move();
            done(ec);
        });
    });
    completion sent, received, stopped;
    client->async_send(std::string("x"), [&](error_code ec, std::size_t n) {
        sent.set(ec, n);
        move();
    });
    client->async_receive_some([&](error_code ec, std::string_view bytes) {
        received.set(ec, bytes);
        move();
    });
    client->start();
    net.run_for(5s);
    CHECK(sent == completed(success, 1));
    CHECK(received == completed(errc::connection_lost, ""));
    CHECK(hooks == 2);
    CHECK(failures == 2);
    CHECK(states() ==
          "connecting waiting connecting preparing connected waiting connecting preparing connected");
    client->async_stop(record(stopped));
    move();
    net.run();
    CHECK(stopped == completed(success));
    CHECK(states() == "stopping stopped");
    CHECK(net.failures().empty());
    CHECK(net.open_sockets() == 0);
}

TEST_CASE_METHOD(reconnect_test, "Reconnect: assigned to, it closes what it had") {
    server().accept(1ms);
    simulated_reconnect first = make();
    simulated_reconnect second = make();
    completion received;
    first.start();
    second.start();
    first.async_receive_some(record(received));
    net.run_for(10ms);
    CHECK(net.open_sockets() == 2);
    first = std::move(second);
    net.run_for(10ms);
    CHECK(received == completed(aborted, ""));
    CHECK(net.open_sockets() == 1);
    CHECK(first.status().state == reconnect_state::connected);
    first.close();
    net.run();
    CHECK(net.open_sockets() == 0);
}

TEST_CASE(
    "Reconnect: after its context it may be closed and destroyed, and handlers are destroyed uncalled") {
    std::optional<testing::network> net(std::in_place);
    net->host("server.test").v4({"192.0.2.1"});
    net->endpoint("192.0.2.1:80").accept(1ms);
    simulated_reconnect client(simulated_client(net->get_executor()), "server.test", 80, every(1s));
    completion sent, received, changed, late;
    client.async_send(std::string("x"), record(sent));
    client.async_receive_some(record(received));
    client.start();
    net->run_for(10ms);
    client.async_wait_change(client.status().generation,
                             [&](error_code ec, const auto&) { changed.set(ec); });
    client.async_send(std::string("y"), record(late));
    net.reset();
    client.close();
    CHECK(sent == completed(success, 1));
    CHECK(received.calls + changed.calls + late.calls == 0);
}

}  // namespace uplink::tests
