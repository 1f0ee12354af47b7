// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of a connect over TLS: the handshake has its start and its end, however it ends; and what is
// fatal to TLS ends the connection.
#include <uplink/observer.hpp>

#include "support/observed_events.hpp"
#include "tls/tls_world.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

const lines until_handshake{"lookup of server.test 443", "lookup: 1", "attempt 0 at 192.0.2.1:443",
                            "attempt 0: ok", "handshake"};

/// What is told of a connect whose handshake ends so.
lines ended_with(const error_code& ec) {
    lines all = until_handshake;
    all.push_back("handshake: " + ec.message());
    all.push_back("connect: " + ec.message());
    return all;
}

struct observed_tls {
    tls_world world{};
    std::shared_ptr<observed_events> events = std::make_shared<observed_events>();
    std::optional<simulated_tls_client> client;
    completion connected{};

    explicit observed_tls(tls_options options = {}) {
        client.emplace(world.client(std::move(options), {.observer = events}));
    }
    ~observed_tls() {
        client.reset();
        world.net.run();
        events->check_over();
        for (const std::string& each : events->failures) FAIL_CHECK(each);
    }

    void start(simulated_tls_client::time_limit limit = 10s) {
        client->async_connect("server.test", "443", limit, [this](error_code ec, const auto& where) {
            connected.set(ec, where);
            events->connect_called(ec);
        });
    }
    lines told() { return std::exchange(events->lines, {}); }
};

}  // namespace

TEST_CASE("observer over TLS: a handshake that succeeds, and an orderly close") {
    observed_tls test;
    test.world.peer().expect("ping").reply("pong").close();
    test.start();
    test.world.net.run_until([&] { return test.connected.calls != 0; });
    REQUIRE(test.connected == completed(success));
    lines expected = until_handshake;
    expected.push_back("handshake: ok");
    expected.push_back("connect: ok");
    CHECK(test.told() == expected);
    completion exchanged, closed;
    test.client->async_exchange(std::string("ping"), record(exchanged));
    test.world.net.run();
    CHECK(exchanged == completed(success, 4));
    test.client->async_close(1s, record(closed));
    test.world.net.run();
    CHECK(closed == completed(success));
    CHECK(test.told() == lines{"connection: ok"});
    CHECK(test.events->last_stats.bytes_sent == 4);  // of plaintext
    CHECK(test.events->last_stats.bytes_received == 4);
}

TEST_CASE("observer over TLS: a certificate that is not believed") {
    observed_tls test({.ca_pem = an_authority("Other").signed_by_itself().pem()});
    test.world.peer().silent();
    test.start();
    test.world.net.run();
    CHECK(test.connected == completed(errc::certificate_rejected));
    CHECK(test.told() == ended_with(errc::certificate_rejected));
}

TEST_CASE("observer over TLS: a handshake that is given up") {
    enum class way { limit, cancel, close, destroy };
    for (const way how : {way::limit, way::cancel, way::close, way::destroy}) {
        observed_tls test;
        test.world.net.endpoint("192.0.2.1:443").accept().silent();  // no TLS comes
        test.start(2s);
        test.world.net.run_for(1s);
        CHECK(test.events->lines == until_handshake);
        if (how == way::cancel) test.client->cancel();
        if (how == way::close) test.client->close();
        if (how == way::destroy) test.client.reset();
        test.world.net.run();
        const error_code ec = how == way::limit ? error_code(errc::handshake_timeout) : aborted;
        CHECK(test.connected == completed(ec));
        CHECK(test.told() == ended_with(ec));
    }
}

TEST_CASE("observer over TLS: the context goes in the middle of the handshake") {
    const certificate root = an_authority("Root").signed_by_itself();
    const auto events = std::make_shared<observed_events>();
    std::optional<testing::network> net(std::in_place);
    net->host("server.test").v4({"192.0.2.1"});
    net->endpoint("192.0.2.1:443").accept().silent();
    simulated_tls_client client(net->get_executor(), tls_options{.ca_pem = root.pem()}, {.observer = events});
    client.async_connect("server.test", "443", 10s, [](error_code, const auto&) { FAIL("called"); });
    net->run_for(1s);
    CHECK(events->lines == until_handshake);
    net.reset();
    CHECK(events->lines == ended_with(aborted));
    events->check_over();
    CHECK(events->failures.empty());
}

TEST_CASE("observer over TLS: an end without close_notify is the connection's error") {
    observed_tls test;
    test.world.net.endpoint("192.0.2.1:443")
        .accept()
        .over(tls_server(test.world.server, false))
        .reply("pong")
        .close();
    test.start();
    test.world.net.run_until([&] { return test.connected.calls != 0; });
    test.told();
    completion received;
    test.client->async_receive(record(received));
    test.world.net.run();
    CHECK(received == completed(errc::truncated, 4));
    CHECK(test.told() == lines{"connection: " + error_code(errc::truncated).message()});
    CHECK(test.events->last_stats.bytes_received == 4);
    test.client->close();
    CHECK(test.told().empty());
}

TEST_CASE("observer over TLS: options that make no sense are the connect's end alone") {
    observed_tls test({.pins = {"not base64"}});
    test.world.peer().silent();
    test.start();
    test.world.net.run();
    CHECK(test.connected == completed(errc::tls_configuration));
    CHECK(test.told() == lines{"connect: " + error_code(errc::tls_configuration).message()});
}

}  // namespace uplink::tests
