// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of connects and of the ends of connections. That the events of every conversation are well
// formed, whatever disturbs it, is checked by client_run in each run of the fault driver and of the random programs.
#include <uplink/observer.hpp>

#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/observed_events.hpp"
#include "support/scripted_proxy.hpp"
#include "support/scripted_resolver.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

const std::string refused = error_code(net::error::connection_refused).message();
const std::string canceled = aborted.message();

std::shared_ptr<observed_events> new_events() { return std::make_shared<observed_events>(); }

/// A client on the simulated network that is observed.
struct observed_client {
    std::optional<testing::network> network{std::in_place};
    std::shared_ptr<observed_events> events = new_events();
    std::optional<simulated_client> client;
    connect_completion connected{};

    explicit observed_client(client_options options = {}) {
        options.observer = events;
        client.emplace(network->get_executor(), std::move(options));
    }
    ~observed_client() {
        client.reset();
        if (network) network->run();
        network.reset();
        events->check_over();
        for (const std::string& each : events->failures) FAIL_CHECK(each);
    }

    testing::network& net() { return *network; }
    template <class... Limit> void start(const std::string& host, Limit... limit) {
        connected = {};
        client->async_connect(host, "80", limit..., [this](error_code ec, net::ip::tcp::endpoint where) {
            lines_at_handler = events->lines.size();
            connected.set(ec, where);
            if (!events->connects.empty()) total = events->connects.front().total;
            events->connect_called(ec);
        });
    }
    void run_until_connected() {
        net().run_until([&] { return static_cast<bool>(connected); });
        if (events->is_idle() && connected.ec != net::error::already_connected)
            events->check(client->last_connect());
    }
    template <class... Limit> void connect(const std::string& host, Limit... limit) {
        start(host, limit...);
        run_until_connected();
    }
    /// Told since the last call.
    lines told() { return std::exchange(events->lines, {}); }

    std::size_t lines_at_handler = 0;
    std::chrono::nanoseconds total{};
};

/// Two addresses of one server; v6 is tried first.
void two_addresses(testing::network& net) {
    net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"}, 1ms);
}

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

TEST_CASE("every attempt of a race has its end, losers too", "[observer]") {
    observed_client test;
    two_addresses(test.net());
    test.net().endpoint("[2001:db8::1]:80").black_hole();
    test.net().endpoint("192.0.2.1:80").accept(10ms);
    test.connect("server.test");
    CHECK(test.told() == lines{"lookup of server.test 80", "attempt 0 at [2001:db8::1]:80", "lookup: 2",
                               "attempt 1 at 192.0.2.1:80", "attempt 1: ok", "attempt 0: " + canceled,
                               "connect: ok"});
}

TEST_CASE("attempts that fail are told with their own errors", "[observer]") {
    observed_client test;
    test.net().host("server.test").v4({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
    test.net().endpoint("192.0.2.1:80").cannot_open(net::error::network_unreachable);
    test.net().endpoint("192.0.2.2:80").refuse(1ms);
    test.net().endpoint("192.0.2.3:80").self_connect();
    test.connect("server.test");
    CHECK(test.told() ==
          lines{"lookup of server.test 80", "lookup: 3", "attempt 0 at 192.0.2.1:80",
                "attempt 0: " + error_code(net::error::network_unreachable).message(),
                "attempt 1 at 192.0.2.2:80", "attempt 1: " + refused, "attempt 2 at 192.0.2.3:80",
                "attempt 2: " + error_code(errc::self_connect).message(), "connect: " + refused});
}

TEST_CASE("a literal and endpoints have no lookup", "[observer]") {
    observed_client test;
    test.net().endpoint("192.0.2.1:80").refuse();
    test.connect("192.0.2.1");
    const lines expected{"attempt 0 at 192.0.2.1:80", "attempt 0: " + refused, "connect: " + refused};
    CHECK(test.told() == expected);
    test.client->async_connect(place("192.0.2.1"),
                               [&](error_code ec, const auto&) { test.events->connect_called(ec); });
    test.net().run();
    CHECK(test.told() == expected);
}

TEST_CASE("a lookup ends with its error, and with the first success if an answer never comes", "[observer]") {
    observed_client test;
    test.connect("nobody.test");
    const std::string not_found = error_code(net::error::host_not_found).message();
    CHECK(test.told() == lines{"lookup of nobody.test 80", "lookup: " + not_found, "connect: " + not_found});

    test.net().host("half.test").v6({"2001:db8::1"}, 1ms).v4_never();
    test.net().endpoint("[2001:db8::1]:80").accept(1ms);
    test.connect("half.test");
    CHECK(test.told() == lines{"lookup of half.test 80", "attempt 0 at [2001:db8::1]:80", "attempt 0: ok",
                               "lookup: 1", "connect: ok"});
}

TEST_CASE("all addresses of one answer are one lookup", "[observer]") {
    observed_client test({.connect = {.resolver = [] {
                              auto made = std::make_shared<scripted_resolver>([](const question& asked) {
                                  asked.answer({}, {place("2001:db8::1"), place("192.0.2.1")});
                              });
                              made->apart = false;
                              return made;
                          }()}});
    test.net().endpoint("[2001:db8::1]:80").refuse();
    test.net().endpoint("192.0.2.1:80").accept();
    test.connect("server.test");
    CHECK(test.told() == lines{"lookup of server.test 80", "lookup: 2", "attempt 0 at [2001:db8::1]:80",
                               "attempt 0: " + refused, "attempt 1 at 192.0.2.1:80", "attempt 1: ok",
                               "connect: ok"});
}

TEST_CASE("a resolver that throws, and addresses without a local one, end the lookup with the error",
          "[observer]") {
    observed_client test({.connect = {.resolver = std::make_shared<scripted_resolver>(
                                          [](const question&) { throw std::runtime_error("no"); })}});
    test.connect("server.test");
    const std::string no_recovery = error_code(net::error::no_recovery).message();
    CHECK(test.told() ==
          lines{"lookup of server.test 80", "lookup: " + no_recovery, "connect: " + no_recovery});

    observed_client other({.connect = {.local_addresses = {"192.0.2.77"}}});
    other.net().host("server.test").v6({"2001:db8::1"});
    other.connect("server.test");
    CHECK(other.connected.ec);
    CHECK(other.told().size() == 3);
}

TEST_CASE("what is given up in the middle has its end: cancel, close, the client's destruction, a limit",
          "[observer]") {
    using give_up = void (*)(observed_client&);
    struct way {
        give_up how;
        error_code ec;
    };
    const way ways[] = {{[](observed_client& test) { test.client->cancel(); }, aborted},
                        {[](observed_client& test) { test.client->close(); }, aborted},
                        {[](observed_client& test) { test.client.reset(); }, aborted},
                        {nullptr, errc::connect_timeout}};
    for (const way& each : ways) {
        observed_client test;
        two_addresses(test.net());
        test.net().endpoint("[2001:db8::1]:80").black_hole();
        test.net().endpoint("192.0.2.1:80").black_hole();
        test.start("server.test", 1s);
        test.net().run_for(500ms);
        test.told();
        if (each.how != nullptr) each.how(test);
        test.net().run();
        CHECK(test.connected == completed(each.ec));
        const std::string word = each.ec.message();
        CHECK(test.told() == lines{"attempt 0: " + word, "attempt 1: " + word, "connect: " + word});
    }
    for (const way& each : ways) {
        observed_client test;
        test.net().host("stuck.test").v6_never().v4_never();
        test.start("stuck.test", 1s);
        test.net().run_for(500ms);
        if (each.how != nullptr) each.how(test);
        test.net().run();
        const std::string word =
            (each.how != nullptr ? aborted : error_code(errc::resolve_timeout)).message();
        CHECK(test.told() == lines{"lookup of stuck.test 80", "lookup: " + word, "connect: " + word});
    }
}

TEST_CASE("a connect that is refused for the client's state is no event; for its arguments its end alone",
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
    const std::string senseless = error_code(net::error::invalid_argument).message();
    CHECK(test.told() == lines{"connect: " + senseless});
    test.run_until_connected();
    test.connect("192.0.2.1", 0s);
    CHECK(test.told() == lines{"connect: " + error_code(errc::connect_timeout).message()});
    test.connect("server.test", -1s);
    CHECK(test.told() == lines{"connect: " + error_code(errc::resolve_timeout).message()});

    observed_client wrong({.max_receive = 0});
    wrong.connect("192.0.2.1");
    CHECK(wrong.told() == lines{"connect: " + senseless});
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

TEMPLATE_TEST_CASE("close() between a connect's success and its handler ends the connection", "[observer]",
                   simulated_world, loopback_world) {
    for (const bool destroys : {false, true}) {
        TestType world(peer_script().take_all());
        const auto events = new_events();
        auto socket = world.connected_socket();
        std::optional<async_client<typename TestType::stream>> client;
        client.emplace(world.executor(), client_options{.observer = events});
        completion connected, second;
        std::size_t lines_at_handler = 0;
        client->async_connect(std::move(socket), [&](error_code ec, const auto& where) {
            connected.set(ec, where);
            lines_at_handler = events->lines.size();
        });
        // Its handler is called just before that of the first, in the turn in which the first has succeeded.
        client->async_connect(world.server_endpoint(), [&](error_code ec, const auto& where) {
            second.set(ec, where);
            if (destroys) client.reset();
            else client->close();
        });
        world.run();
        CHECK(second == completed(errc::operation_in_progress));
        CHECK(connected == completed(aborted));
        const std::string peer = detail::endpoint_to_string(world.server_endpoint());
        CHECK(events->lines ==
              lines{"attempt 0 at " + peer, "attempt 0: ok", "connect: ok", "connection: ok"});
        CHECK(lines_at_handler == 4);
        CHECK(events->connect_called(connected.ec) == 1);
        events->check_over();
        CHECK(events->failures.empty());
    }
}

TEST_CASE("the first fatal error ends the connection, at once and once", "[observer]") {
    observed_client test;
    test.net().endpoint("192.0.2.1:80").accept().expect("ping").reply("po").reset();
    test.connect("192.0.2.1");
    test.told();
    completion sent, received;
    test.client->async_send(std::string("ping"), record(sent));
    test.client->async_receive(record(received));
    test.net().run();
    CHECK(received == completed(was_reset, 2));
    CHECK(test.told() == lines{"connection: " + was_reset.message()});
    CHECK(test.events->last_stats.bytes_received == 2);
    test.client->close();
    CHECK(test.told().empty());
    test.connect("192.0.2.1");
    CHECK(test.told().size() == 3);
    test.client->close();
    CHECK(test.told() == lines{"connection: ok"});
}

TEST_CASE("async_close ends the connection: in order, out of time, cancelled, at a reset", "[observer]") {
    struct ending {
        void (*describe)(testing::endpoint&);
        simulated_client::time_limit limit;
        bool is_cancelled;
        error_code closed;
        error_code told;
    };
    const error_code late = errc::close_timeout;
    for (const ending& each :
         {ending{[](testing::endpoint& peer) { peer.expect_eof().close(); }, 1s, false, {}, {}},
          ending{[](testing::endpoint& peer) { peer.deaf(); }, 1s, false, late, late},
          ending{[](testing::endpoint& peer) { peer.deaf(); }, 0s, false, late, late},
          ending{[](testing::endpoint& peer) { peer.deaf(); }, 1s, true, aborted, {}},
          ending{[](testing::endpoint& peer) { peer.expect_eof().reset(); }, 1s, false, was_reset,
                 was_reset}}) {
        observed_client test;
        each.describe(test.net().endpoint("192.0.2.1:80").accept());
        test.connect("192.0.2.1");
        test.told();
        completion closed;
        test.client->async_close(each.limit, record(closed));
        if (each.is_cancelled) test.client->cancel();
        test.net().run();
        CHECK(closed == completed(each.closed));
        CHECK(test.told() == lines{"connection: " + (each.told ? each.told.message() : "ok")});
    }
}

TEST_CASE("the context's destruction ends what goes on, before the handlers are destroyed", "[observer]") {
    SECTION("a race") {
        observed_client test;
        two_addresses(test.net());
        test.net().endpoint("[2001:db8::1]:80").black_hole();
        test.net().endpoint("192.0.2.1:80").refuse();
        test.start("server.test");
        test.net().run_for(300ms);
        test.told();
        test.network.reset();
        CHECK_FALSE(test.connected);
        CHECK(test.told() == lines{"attempt 0: " + canceled, "connect: " + canceled});
    }
    SECTION("a lookup") {
        observed_client test;
        test.net().host("stuck.test").v6_never().v4({"192.0.2.1"}, 1s);
        test.start("stuck.test");
        test.net().run_for(300ms);
        test.network.reset();
        CHECK(test.told() == lines{"lookup of stuck.test 80", "lookup: " + canceled, "connect: " + canceled});
    }
    SECTION("a connection") {
        observed_client test;
        test.net().endpoint("192.0.2.1:80").accept().silent();
        test.connect("192.0.2.1");
        test.told();
        test.network.reset();
        CHECK(test.told() == lines{"connection: ok"});
        test.client->close();
        CHECK(test.told().empty());
    }
    SECTION("its handler is destroyed afterwards") {
        observed_client test;
        test.net().endpoint("192.0.2.1:80").black_hole();
        std::size_t lines_then = 0;
        const auto last =
            std::shared_ptr<void>(nullptr, [&](void*) { lines_then = test.events->lines.size(); });
        test.client->async_connect(place("192.0.2.1"), [owned = last](error_code, const auto&) {});
        const_cast<std::shared_ptr<void>&>(last).reset();
        test.net().run_for(1ms);
        test.network.reset();
        CHECK(lines_then == 3);
    }
}

TEST_CASE("a conversation with a proxy is told, with its status", "[observer]") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        observed_client test(proxy.client());
        proxy.describe(test.net()).silent();
        test.connect("server.test");
        CHECK(test.told() == lines{"lookup of proxy.test " + proxy.port, "lookup: 1",
                                   "attempt 0 at 192.0.2.9:" + proxy.port, "attempt 0: ok", "proxy",
                                   "proxy: ok, status " + std::to_string(proxy.status), "connect: ok"});
    }
}

TEST_CASE("a proxy that refuses, or does not answer, ends the conversation", "[observer]") {
    observed_client test({.proxy = http_proxy{.host = "192.0.2.9"}});
    test.net()
        .endpoint("192.0.2.9:3128")
        .accept()
        .expect(http_request("server.test:80"))
        .reply("HTTP/1.1 403 No\r\n\r\n")
        .then()
        .accept()
        .silent();
    test.connect("server.test");
    const std::string status = error_code(errc::proxy_http_status).message();
    CHECK(test.told() == lines{"attempt 0 at 192.0.2.9:3128", "attempt 0: ok", "proxy",
                               "proxy: " + status + ", status 403", "connect: " + status});
    test.connect("server.test", 1s);
    const std::string late = error_code(errc::proxy_timeout).message();
    CHECK(test.told() == lines{"attempt 0 at 192.0.2.9:3128", "attempt 0: ok", "proxy",
                               "proxy: " + late + ", status 0", "connect: " + late});
    test.start("server.test");
    test.net().run_for(1s);
    test.told();
    test.network.reset();
    CHECK(test.told() == lines{"proxy: " + canceled + ", status 0", "connect: " + canceled});
}

TEST_CASE("a proxy is asked for each address of the server: one lookup, a conversation each", "[observer]") {
    observed_client test({.proxy = socks5_proxy{.host = "proxy.test", .remote_dns = false}});
    test.net().host("server.test").v4({"192.0.2.1", "192.0.2.2"}, 1ms);
    test.net().host("proxy.test").v4({"192.0.2.9"}, 1ms);
    const std::string first = std::string("\300\0\2\1", 4);
    const std::string second = std::string("\300\0\2\2", 4);
    test.net()
        .endpoint("192.0.2.9:1080")
        .accept()
        .expect(socks5_hello)
        .reply(socks5_hello_answer)
        .expect(socks5_request_v4(first, 80))
        .reply(socks5_reply(4))
        .then()
        .accept()
        .expect(socks5_hello)
        .reply(socks5_hello_answer)
        .expect(socks5_request_v4(second, 80))
        .reply(socks5_reply(0));
    test.connect("server.test");
    CHECK(test.connected == completed(success));
    CHECK(test.told() == lines{"lookup of server.test 80", "lookup: 3", "attempt 0 at 192.0.2.9:1080",
                               "attempt 0: ok", "proxy",
                               "proxy: " + error_code(errc::proxy_host_unreachable).message() + ", status 4",
                               "attempt 1 at 192.0.2.9:1080", "attempt 1: ok", "proxy", "proxy: ok, status 0",
                               "connect: ok"});
}

TEST_CASE("a server that is not found, or its proxy, is one lookup", "[observer]") {
    for (const bool knows_server : {false, true}) {
        observed_client test({.proxy = socks5_proxy{.host = "proxy.test", .remote_dns = false}});
        if (knows_server) test.net().host("server.test").v4({"192.0.2.1"}, 1ms);
        test.connect("server.test");
        const std::string not_found = error_code(net::error::host_not_found).message();
        CHECK(test.told() ==
              lines{"lookup of server.test 80", "lookup: " + not_found, "connect: " + not_found});
    }
}

TEMPLATE_TEST_CASE("a socket that is handed over is one attempt, to its peer", "[observer]", simulated_world,
                   loopback_world) {
    const auto events = new_events();
    TestType world(peer_script().expect("x").close());
    auto socket = world.connected_socket();
    const std::string peer = detail::endpoint_to_string(world.server_endpoint());
    async_client<typename TestType::stream> client(world.executor(), {.observer = events});
    completion connected, sent, received;
    client.async_connect(std::move(socket), "server.test", record(connected));
    world.run_until(connected);
    CHECK(events->lines == lines{"attempt 0 at " + peer, "attempt 0: ok", "connect: ok"});
    client.async_send(std::string("x"), record(sent));
    client.async_receive(record(received));
    world.run();
    client.close();
    CHECK(events->lines.back() == "connection: ok");
    CHECK(events->last_stats.bytes_sent == 1);
    CHECK(events->last_stats.rtt.has_value() == !TestType::is_simulated);
    CHECK(events->failures.empty());
}

TEMPLATE_TEST_CASE("release() ends the connection for this client", "[observer]", simulated_world,
                   loopback_world) {
    const auto events = new_events();
    TestType world(peer_script().take_all());
    auto client = world.connected({.observer = events});
    events->lines.clear();
    auto socket = client.release();
    CHECK(events->lines == lines{"connection: ok"});
    CHECK(events->last_stats.rtt.has_value() == !TestType::is_simulated);
    CHECK(events->failures.empty());
    socket.close();
    world.run();
}

TEST_CASE_METHOD(client_test, "a local client has attempts to paths", "[observer]") {
    std::string folder = (std::filesystem::temp_directory_path() / "uplinkXXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    {
        const auto events = new_events();
        net::local::stream_protocol::acceptor listener(
            io, net::local::stream_protocol::endpoint(folder + "/here"));
        local_client client(io, {.observer = events});
        completion connected, missing, senseless;
        client.async_connect(folder + "/here", record(connected));
        run();
        CHECK(connected == completed(success));
        client.close();
        client.async_connect(folder + "/missing", record(missing));
        run();
        client.async_connect(std::string(), record(senseless));
        run();
        const std::string no_file = missing.ec.message();
        CHECK(events->lines == lines{"attempt 0 at a path", "attempt 0: ok", "connect: ok", "connection: ok",
                                     "attempt 0 at a path", "attempt 0: " + no_file, "connect: " + no_file,
                                     "connect: " + senseless.ec.message()});
        CHECK(events->failures.empty());
    }
    std::filesystem::remove_all(folder);
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
