// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the options do to the attempts of a connect, on the simulated network: the hook, the local address and
// the family; and what an attempt's own failure means for the whole connect (faults 16, 22). What holds on
// real sockets too stands in connect_attempts_test.cpp.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using endpoints = std::vector<net::ip::tcp::endpoint>;
using generic_endpoint = net::generic::stream_protocol::endpoint;

const endpoints three{place("192.0.2.1"), place("2001:db8::2"), place("192.0.2.3")};

struct options_fixture {
    testing::network net;
    simulated_client client;
    connect_completion connect;

    explicit options_fixture(client_options options = {}) : client(net.get_executor(), std::move(options)) {
        net.elsewhere().accept(10ms);
    }
    void run(const endpoints& to) {
        client.async_connect(to, connect.handler(net));
        net.run();
    }
    void run(const char* host) {
        net.host("both.test").v4({"192.0.2.1"}).v6({"2001:db8::2"});
        net.host("v6.test").v6({"2001:db8::2"});
        client.async_connect(host, "80", connect.handler(net));
        net.run();
    }
};

/// Answers in one piece, as the system does.
struct one_answer : name_resolver {
    void resolve(const lookup_question& question, std::function<void(lookup_answer)> answer) override {
        lookup_answer found;
        if (question.host == "both.test") found.endpoints = {three[1], three[0]};
        else if (question.host == "v6.test") found.endpoints = {three[1]};
        else found.error = net::error::host_not_found;
        answer(found);
    }
};

/// The simulated network's own resolver answers families apart.
client_options bound_to(const char* address, bool apart) {
    client_options options{.connect = {.local_addresses = {address}}};
    if (!apart) options.connect.resolver = std::make_shared<one_answer>();
    return options;
}

client_options with_hook(decltype(socket_options::before_connect) hook) {
    client_options options;
    options.socket.before_connect = std::move(hook);
    return options;
}

}  // namespace

TEST_CASE("the hook's error fails that attempt alone, and the next starts at once") {
    const error_code own(4711, uplink_category());
    options_fixture test(with_hook([&](auto, const generic_endpoint& endpoint) {
        return endpoint == generic_endpoint(three[2]) ? error_code() : own;
    }));
    test.run(three);
    CHECK(test.connect == established());
    CHECK(test.connect.endpoint == three[2]);
    CHECK(test.connect.at == 10ms);
    CHECK(test.net.peak_sockets() == 1);
    const auto& attempts = test.client.last_connect().attempts;
    REQUIRE(attempts.size() == 3);
    CHECK(attempts[0].error == own);
    CHECK(attempts[1].error == own);
    CHECK(attempts[1].start == 0ns);
    CHECK(attempts[1].duration == 0ns);
    CHECK(test.client.last_connect().winner == 2U);
}

TEST_CASE("the hook's error is the operation's where there is no other address") {
    const error_code own(4711, uplink_category());
    options_fixture test(with_hook([&](auto, const generic_endpoint&) { return own; }));
    test.run(three);
    CHECK(test.connect == not_established(own));
    CHECK(test.connect.at == 0ns);
    CHECK(test.client.last_connect().attempts.size() == 3);
}

TEST_CASE("a hook that throws fails the attempt with a code, as on a real socket") {
    const error_code own(4711, uplink_category());
    struct thrown {
        std::function<void()> hook;
        error_code expected;
    };
    for (const thrown& each : {thrown{[] { throw std::runtime_error("no"); }, net::error::connection_aborted},
                               thrown{[] { throw std::bad_alloc(); }, net::error::no_memory},
                               thrown{[&] { throw system_error(own); }, own}}) {
        INFO(each.expected.message());
        options_fixture test(with_hook([&](auto, const generic_endpoint&) -> error_code {
            each.hook();
            return {};
        }));
        CHECK_NOTHROW(test.client.async_connect(three, test.connect.handler(test.net)));
        CHECK_NOTHROW(test.net.run());
        CHECK(test.connect == not_established(each.expected));
    }
}

TEST_CASE("the hook may cancel the connect, close the client or start another connect") {
    simulated_client* client = nullptr;
    connect_completion other;
    testing::network* network = nullptr;
    int what = 0;
    options_fixture test(with_hook([&](auto, const generic_endpoint&) {
        if (what == 0) client->cancel();
        if (what == 1) client->close();
        if (what == 2) client->async_connect(three, other.handler(*network));
        return error_code();
    }));
    client = &test.client;
    network = &test.net;
    for (; what != 3; ++what) {
        INFO("action " << what);
        connect_completion connect;
        test.client.async_connect(three, connect.handler(test.net));
        test.net.run();
        if (what == 2) {
            CHECK(connect == established());
            CHECK(other == completed(errc::operation_in_progress));
        } else {
            CHECK(connect == not_established(net::error::operation_aborted));
            CHECK(test.net.open_sockets() == 0);
        }
    }
}

TEST_CASE("each attempt is bound to the local address of its family") {
    options_fixture test({.connect = {.local_addresses = {"fd00::7", "10.0.0.9"}}});
    for (const auto& each : three) test.net.endpoint(each).refuse(5ms);
    test.run(three);
    CHECK(test.connect == not_established(net::error::connection_refused));
    REQUIRE(test.net.attempts().size() == 3);
    for (const auto& each : test.net.attempts())
        CHECK(each.local.address().to_string() == (each.remote.address().is_v4() ? "10.0.0.9" : "fd00::7"));
}

TEST_CASE("a family without a local address is not tried") {
    options_fixture test({.connect = {.local_addresses = {"fd00::7"}}});
    test.run(three);
    CHECK(test.connect == established());
    CHECK(test.connect.endpoint == three[1]);
    CHECK(test.connect.at == 10ms);
    CHECK(test.client.local_endpoint().address() == net::ip::make_address("fd00::7"));
    CHECK(test.client.last_connect().attempts.size() == 1);

    // Also of a name, whether it is asked for once or once a family.
    for (const bool apart : {true, false}) {
        INFO("apart: " << apart);
        options_fixture named(bound_to("10.0.0.9", apart));
        named.run("both.test");
        CHECK(named.connect == established());
        CHECK(named.connect.endpoint == three[0]);
        CHECK(named.connect.at == 10ms);
        CHECK(named.client.last_connect().attempts.size() == 1);
    }
}

TEST_CASE("if nothing is left to try, that is address_family_not_supported, with the reason") {
    const std::string reason = "connect.local_addresses has no address of a family that could be tried";
    const auto ended = [&](options_fixture& test) {
        CHECK(test.connect == not_established(net::error::address_family_not_supported));
        CHECK(test.client.last_connect().reason == reason);
        CHECK(test.client.last_connect().attempts.empty());
        CHECK(test.net.attempts().empty());
    };
    options_fixture list({.connect = {.local_addresses = {"fd00::7"}}});
    list.run({three[0], three[2]});
    ended(list);
    options_fixture literal({.connect = {.local_addresses = {"fd00::7"}}});
    literal.run("192.0.2.1");
    ended(literal);
    for (const bool apart : {true, false}) {
        INFO("apart: " << apart);
        options_fixture named(bound_to("10.0.0.9", apart));
        named.run("v6.test");
        ended(named);
        CHECK(named.client.last_connect().lookup_error == net::error::address_family_not_supported);
    }
}

TEST_CASE("a name without any address is not found, whatever the local addresses") {
    for (const bool apart : {true, false}) {
        options_fixture test(bound_to("10.0.0.9", apart));
        test.run("no.test");
        CHECK(test.connect == not_established(net::error::host_not_found));
        CHECK(test.client.last_connect().reason.empty());
    }
    options_fixture list({.connect = {.local_addresses = {"10.0.0.9"}}});
    list.run(endpoints());
    CHECK(list.connect == not_established(net::error::not_found));
    CHECK(list.client.last_connect().reason.empty());
}

TEST_CASE(
    "nobody waits for the answer about a family without a local address once there is something to try") {
    options_fixture test({.connect = {.local_addresses = {"10.0.0.9"}}});
    test.net.host("half.test").v4({"192.0.2.1"}, 20ms).v6_never();
    test.net.endpoint(three[0]).refuse(5ms);
    test.run("half.test");
    CHECK(test.connect == not_established(net::error::connection_refused));
    CHECK(test.connect.at == 25ms);
}

TEST_CASE("a proxy is reached from a local address, whatever the server's addresses are") {
    client_options options{.connect = {.local_addresses = {"10.0.0.9"}}};
    options.proxy = socks5_proxy{.host = "2001:db8::2", .port = 80};
    options_fixture excluded(options);
    excluded.run("192.0.2.1");
    CHECK(excluded.connect == not_established(net::error::address_family_not_supported));
    CHECK(excluded.net.attempts().empty());

    // The server of which the proxy is asked has an address of the other family alone.
    std::get<socks5_proxy>(options.proxy) = {.host = "192.0.2.1", .port = 80, .remote_dns = false};
    options_fixture reached(options);
    reached.net.endpoint(three[0]).refuse(1ms);
    reached.run("v6.test");
    REQUIRE(reached.net.attempts().size() == 1);
    CHECK(reached.net.attempts()[0].remote == three[0]);
    CHECK(reached.net.attempts()[0].local.address().to_string() == "10.0.0.9");
}

TEST_CASE("faults 22: every attempt is bound to the local address and port") {
    options_fixture test({.connect = {.local_addresses = {"10.0.0.9"}, .local_port = 4000}});
    test.net.endpoint("192.0.2.1:80").refuse(5ms);
    test.run({three[0], three[2]});
    CHECK(test.connect == established());
    for (const auto& attempt : test.net.attempts()) {
        CHECK(attempt.local == net::ip::tcp::endpoint(net::ip::make_address("10.0.0.9"), 4000));
    }
    // The same port for a second client at the same time is busy.
    simulated_client other(test.net.get_executor(), test.client.options());
    connect_completion connect;
    other.async_connect(three[0], connect.handler(test.net));
    test.net.run();
    CHECK(connect == completed(net::error::address_in_use));
}

TEST_CASE("the family option leaves the other family unasked and untried") {
    for (const bool v4 : {true, false}) {
        options_fixture test({.connect = {.family = v4 ? address_family::v4 : address_family::v6}});
        test.net.host("server.test").v4({"192.0.2.1"}, 20ms).v6({"2001:db8::2"}, 20ms);
        test.client.async_connect("server.test", "80", test.connect.handler(test.net));
        test.net.run();
        CHECK(test.connect == established());
        CHECK(test.connect.at == 30ms);
        CHECK(test.connect.endpoint == three[v4 ? 0 : 1]);
        CHECK(test.net.lookups().size() == 1);
        CHECK(test.net.attempts().size() == 1);
    }
}

TEST_CASE("faults 16: the error is the first by address that is not merely unreachable, else the first") {
    using namespace net::error;
    const error_code address_not_available(EADDRNOTAVAIL, get_system_category());  // Linux where IPv6 is off
    struct row {
        std::vector<error_code> attempts;
        error_code expected;
    };
    const std::vector<row> rows{
        {{network_unreachable, connection_refused, access_denied}, connection_refused},
        {{host_unreachable, network_unreachable, connection_reset}, connection_reset},
        {{address_family_not_supported, host_unreachable, network_unreachable}, address_family_not_supported},
        {{host_unreachable, network_unreachable}, host_unreachable},
        {{network_down, connection_refused}, connection_refused},
        {{address_not_available, connection_refused}, connection_refused},
        {{host_unreachable, address_not_available, network_down}, host_unreachable},
        {{address_not_available, network_unreachable}, address_not_available},
        {{timed_out, network_unreachable, connection_refused}, timed_out},
        {{no_descriptors, network_unreachable}, no_descriptors},
    };
    for (const row& each : rows) {
        for (const bool later_first : {false, true}) {  // which of them fails first is no matter
            options_fixture test;
            for (std::size_t i = 0; i != each.attempts.size(); ++i) {
                const auto delay = (later_first ? 700ms : 1ms) - i * 300ms * (later_first ? 1 : 0);
                test.net.endpoint(three[i]).fail(each.attempts[i], delay);
            }
            test.run(
                endpoints(three.begin(), three.begin() + static_cast<std::ptrdiff_t>(each.attempts.size())));
            CHECK(test.connect == not_established(each.expected));
            const auto& report = test.client.last_connect();
            REQUIRE(report.attempts.size() == each.attempts.size());
            for (std::size_t i = 0; i != each.attempts.size(); ++i) {
                CHECK(report.attempts[i].error == each.attempts[i]);
            }
            CHECK_FALSE(report.winner);
        }
    }
}

TEST_CASE("where IPv6 is off, a name with addresses of both families is refused as its IPv4 server refuses") {
    options_fixture test;
    test.net.host("localhost").v6({"::1"}).v4({"127.0.0.1"});
    test.net.endpoint("[::1]:80").cannot_open(error_code(EADDRNOTAVAIL, net::error::get_system_category()));
    test.net.endpoint("127.0.0.1:80").refuse();
    test.client.async_connect("localhost", "80", test.connect.handler(test.net));
    test.net.run();
    CHECK(test.connect == not_established(net::error::connection_refused));
}

}  // namespace uplink::tests
