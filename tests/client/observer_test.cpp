// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of a client: in which order, and once. Attempts and lookups, proxies, and the ends of
// connections have files of their own. That the events of every conversation are well formed, whatever disturbs it, is
// checked by client_run in each run of the fault driver and of the random programs.
#include <uplink/observer.hpp>

#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/observed_client.hpp"
#include "support/observed_events.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

}  // namespace

// The signatures are fixed: other programs override them.
static_assert(std::has_virtual_destructor_v<client_observer> && !std::is_abstract_v<client_observer>);
static_assert(std::same_as<client_observer::endpoint, net::generic::stream_protocol::endpoint>);
static_assert(std::same_as<decltype(client_options::observer), std::shared_ptr<client_observer>>);
static_assert(
    std::same_as<decltype(&client_observer::lookup_started),
                 void (client_observer::*)(std::uint64_t, const std::string&, const std::string&) noexcept>);
static_assert(std::same_as<decltype(&client_observer::lookup_ended),
                           void (client_observer::*)(std::uint64_t, error_code, std::size_t) noexcept>);
static_assert(
    std::same_as<decltype(&client_observer::attempt_started),
                 void (client_observer::*)(std::uint64_t, std::size_t,
                                           const net::generic::stream_protocol::endpoint&) noexcept>);
static_assert(std::same_as<decltype(&client_observer::attempt_ended),
                           void (client_observer::*)(std::uint64_t, std::size_t,
                                                     const net::generic::stream_protocol::endpoint&,
                                                     error_code) noexcept>);
static_assert(std::same_as<decltype(&client_observer::proxy_started),
                           void (client_observer::*)(std::uint64_t) noexcept>);
static_assert(std::same_as<decltype(&client_observer::proxy_ended),
                           void (client_observer::*)(std::uint64_t, error_code, int) noexcept>);
static_assert(std::same_as<decltype(&client_observer::handshake_started),
                           void (client_observer::*)(std::uint64_t) noexcept>);
static_assert(std::same_as<decltype(&client_observer::handshake_ended),
                           void (client_observer::*)(std::uint64_t, error_code) noexcept>);
static_assert(
    std::same_as<decltype(&client_observer::connect_ended),
                 void (client_observer::*)(std::uint64_t, error_code, std::chrono::nanoseconds) noexcept>);
static_assert(
    std::same_as<decltype(&client_observer::connection_ended),
                 void (client_observer::*)(std::uint64_t, error_code, const connection_stats&) noexcept>);

TEST_CASE("without an observer there is none, and one that overrides nothing may be set", "[observer]") {
    CHECK(client_options().observer == nullptr);
    testing::network net;
    net.endpoint("192.0.2.1:80").accept();
    simulated_client client(net.get_executor(), {.observer = std::make_shared<client_observer>()});
    connect_completion connected;
    client.async_connect(place("192.0.2.1"), connected.handler(net));
    net.run();
    CHECK(connected == established());
}

TEST_CASE("a connect is told in order, before its handler, and then the end of the connection",
          "[observer]") {
    observed_client test;
    test.net().host("server.test").v4({"192.0.2.1"}, 2ms);
    test.net().endpoint("192.0.2.1:80").accept(3ms).echo();
    test.start("server.test");
    CHECK(test.told() == lines{"lookup of server.test 80"});  // within async_connect
    test.run_until_connected();
    CHECK(test.events->id == test.client->id());
    CHECK(test.lines_at_handler == 4);
    CHECK(test.told() == lines{"lookup: 1", "attempt 0 at 192.0.2.1:80", "attempt 0: ok", "connect: ok"});

    completion exchanged;
    test.client->async_exchange(std::string("ping"), half_close, record(exchanged));
    test.net().run();
    CHECK(exchanged == completed(success, 4));
    CHECK(test.told().empty());  // an orderly end of the peer is none
    test.client->close();
    CHECK(test.told() == lines{"connection: ok"});
    CHECK(test.events->last_stats.bytes_sent == 4);
    CHECK(test.events->last_stats.bytes_received == 4);
    CHECK(test.events->last_stats.sends == 1);
    CHECK(test.events->last_stats.receives == 1);
    CHECK(test.events->last_stats.connected_for == test.client->stats().connected_for);
    test.client->close();
    CHECK(test.told().empty());
}

TEST_CASE("the total time is that of the report", "[observer]") {
    observed_client test;
    test.net().host("server.test").v4({"192.0.2.1"}, 2ms);
    test.net().endpoint("192.0.2.1:80").accept(3ms);
    test.start("server.test");
    test.run_until_connected();
    CHECK(test.total == 5ms);
    CHECK(test.client->last_connect().total == 5ms);
}

TEST_CASE("a connect that is refused for the client's state is no event, and for its arguments its end alone",
          "[observer]") {
    observed_client test;
    test.net().endpoint("192.0.2.1:80").accept(1ms).silent();
    test.start("192.0.2.1");
    test.told();
    completion second, third;
    test.client->async_connect("192.0.2.1", "80", record(second));
    CHECK(test.told().empty());
    test.run_until_connected();
    CHECK(second == completed(errc::operation_in_progress));
    CHECK(test.told().size() == 2);
    test.client->async_connect("", "80", record(third));  // whatever the arguments are
    test.net().run();
    CHECK(third == completed(net::error::already_connected));
    CHECK(test.told().empty());
    test.client->close();
    test.told();

    test.start("no spaces");
    const std::string invalid = error_code(net::error::invalid_argument).message();
    CHECK(test.told() == lines{"connect: " + invalid});
    test.run_until_connected();
    test.connect("192.0.2.1", 0s);
    CHECK(test.told() == lines{"connect: " + error_code(errc::connect_timeout).message()});
    test.connect("server.test", -1s);
    CHECK(test.told() == lines{"connect: " + error_code(errc::resolve_timeout).message()});

    observed_client wrong({.max_receive = 0});
    wrong.connect("192.0.2.1");
    CHECK(wrong.told() == lines{"connect: " + invalid});
    CHECK(wrong.events->connects.empty());
}

TEST_CASE("a refused connect leaves the connection that the peer has ended: its end is told later",
          "[observer]") {
    observed_client test;
    test.net().endpoint("192.0.2.1:80").accept().close();
    test.connect("192.0.2.1");
    completion received;
    test.client->async_receive(record(received));
    test.net().run();
    REQUIRE(received == completed(success, 0));
    test.told();
    test.connect("");
    CHECK(test.told() == lines{"connect: " + error_code(net::error::invalid_argument).message()});
    test.connect("192.0.2.1");
    CHECK(test.told() ==
          lines{"connection: ok", "attempt 0 at 192.0.2.1:80", "attempt 0: ok", "connect: ok"});
}

TEST_CASE_METHOD(client_test, "the free async_exchange is observed, its end before its handler",
                 "[observer]") {
    loopback_server server({server_script().expect("question").expect_eof().reply("answer").close()});
    const auto events = new_events();
    std::size_t lines_then = 0;
    completion exchanged;
    async_exchange(io, server.host(), server.service(), "question", half_close,
                   client_options{.observer = events}, [&](error_code ec, const std::string& text) {
                       lines_then = events->lines.size();
                       exchanged.set(ec, text);
                   });
    run();
    CHECK(exchanged == completed(success, "answer"));
    const std::string peer = server.host() + ":" + server.service();
    CHECK(events->lines == lines{"attempt 0 at " + peer, "attempt 0: ok", "connect: ok", "connection: ok"});
    CHECK(lines_then == 4);
    CHECK(events->last_stats.bytes_sent == 8);
    CHECK(events->last_stats.bytes_received == 6);
    events->check_over();
    CHECK(events->failures.empty());
}

TEST_CASE("one observer serves many clients, and is kept by each until it is gone", "[observer]") {
    struct counts : client_observer {
        void connect_ended(std::uint64_t client, error_code, std::chrono::nanoseconds) noexcept override {
            ids.push_back(client);
        }
        std::vector<std::uint64_t> ids{};
    };
    testing::network net;
    net.endpoint("192.0.2.1:80").accept();
    auto seen = std::make_shared<counts>();
    const std::weak_ptr<counts> weak = seen;
    {
        simulated_client first(net.get_executor(), {.observer = seen});
        simulated_client second(net.get_executor(), {.observer = seen});
        first.async_connect(place("192.0.2.1"), [](error_code, const auto&) {});
        second.async_connect(place("192.0.2.1"), [](error_code, const auto&) {});
        net.run();
        CHECK(seen->ids == std::vector<std::uint64_t>{first.id(), second.id()});
        seen.reset();
        CHECK_FALSE(weak.expired());
    }
    net.run();
    CHECK(weak.expired());
}

}  // namespace uplink::tests
