// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect interrupted in every way at every moment: by each type of its cancellation slot, cancel(), close(),
// the destruction of the client, and the destruction in the handler; in every gap between two handlers or
// events, and at every moment of every operation of the transport. Each test first learns how many there are.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/handshaking_stream.hpp"
#include "support/interrupted_connect.hpp"
#include "support/scripted_proxy.hpp"

#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using uplink::testing::moment;

/// A lookup of each family, a black hole, no socket, a refusal, and two that accept, one of them too late.
struct name {
    template <class Test> static void start(Test& test) {
        constexpr bool shakes_hands = !std::is_same_v<Test, interrupted_connect<simulated_client>>;
        auto& net = test.net;
        net.host("server.test")
            .v6({"2001:db8::1", "2001:db8::2"}, 10ms)
            .v4({"192.0.2.1", "192.0.2.2", "192.0.2.3"}, 20ms);
        net.endpoint("[2001:db8::1]:80").black_hole();
        net.endpoint("192.0.2.1:80").cannot_open(uplink::net::error::no_descriptors);
        net.endpoint("[2001:db8::2]:80").refuse(5ms);
        net.endpoint("192.0.2.2:80").accept(400ms);
        auto& winner = net.endpoint("192.0.2.3:80").accept(30ms);
        auto& other = net.endpoint("203.0.113.1:80").accept(1ms);
        if (shakes_hands) {
            winner.expect("hello server.test;").after(15ms).reply("welcome;");
            other.expect("hello again.test;").reply("welcome;");
        }
        test.start(std::string("server.test"), std::string("80"));
    }
};

/// Two answers and a connection at the same instant.
struct at_once {
    template <class Test> static void start(Test& test) {
        test.net.together();
        test.net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"});
        test.net.elsewhere().accept();
        test.start(std::string("server.test"), std::string("80"));
    }
};

/// No lookup; the late winner comes together with the other.
struct list {
    template <class Test> static void start(Test& test) {
        test.net.together();
        test.net.endpoint("192.0.2.1:80").accept(300ms);
        test.net.endpoint("192.0.2.2:80").accept(50ms);
        test.net.endpoint("203.0.113.1:80").accept();
        test.start(std::vector{place("192.0.2.1"), place("192.0.2.2")});
    }
};

/// Lookups that never end.
struct stuck {
    template <class Test> static void start(Test& test) {
        test.net.host("server.test").v6_never().v4({"192.0.2.1"}, 100ms);
        test.net.elsewhere().accept(10ms);
        test.start(std::string("server.test"), std::string("80"));
    }
};

/// Through a proxy that wants a log-in, and whose name has a black hole too.
template <int Which> struct proxied {
    static scripted_proxy proxy() { return Which == 0 ? socks5_with_user() : http_with_user(); }
    static client_options options() { return proxy().client(); }
    template <class Test> static void start(Test& test) {
        constexpr bool shakes_hands = !std::is_same_v<Test, interrupted_connect<simulated_client>>;
        auto& net = test.net;
        net.host("proxy.test").v6({"2001:db8::9"}, 10ms).v4({"192.0.2.9"}, 10ms);
        net.endpoint("[2001:db8::9]:" + proxy().port).black_hole();
        const auto describe = [&net](const std::string& server) {
            scripted_proxy peer = proxy();
            std::string& last = peer.turns.back().asked;
            const std::string name = "server.test";
            for (std::size_t at = last.find(name); at != std::string::npos; at = last.find(name, at + 1))
                last.replace(at, name.size(), server);
            if (Which == 0) last[4] = static_cast<char>(server.size());
            auto& where = net.endpoint(peer.endpoint()).clear().accept(5ms);
            for (const proxy_turn& each : peer.turns) where.expect(each.asked).after(3ms).reply(each.answer);
            if (shakes_hands) where.expect("hello " + server + ";").after(5ms).reply("welcome;");
            else where.silent();
        };
        describe("server.test");
        test.start(std::string("server.test"), std::string("80"));
        test.before_again = [describe] { describe("again.test"); };
    }
};

/// The server is looked up here, and the proxy does not reach its first address.
struct second_address {
    static client_options options() {
        return {.proxy = socks5_proxy{.host = "192.0.2.9", .remote_dns = false}};
    }
    static testing::endpoint& asked(testing::endpoint& peer, const std::string& bytes, int code) {
        return peer.accept(2ms)
            .expect(socks5_hello)
            .reply(socks5_hello_answer)
            .expect(socks5_request_v4(bytes, 80))
            .after(3ms)
            .reply(socks5_reply(code));
    }
    template <class Test> static void start(Test& test) {
        test.net.host("server.test").v4({"192.0.2.1", "192.0.2.2"}, 10ms);
        auto& proxy = test.net.endpoint("192.0.2.9:1080");
        asked(proxy, std::string("\xc0\0\2\1", 4), 5).close();
        asked(proxy.then(), std::string("\xc0\0\2\2", 4), 0).silent();
        test.start(std::string("server.test"), std::string("80"));
        test.before_again = [&proxy] { asked(proxy.clear(), std::string("\xcb\0\x71\1", 4), 0).silent(); };
    }
};

template <class Scenario> client_options options_of() {
    if constexpr (requires { Scenario::options(); }) return Scenario::options();
    else return {};
}

/// A scenario for one type of client.
template <class Client> struct interrupted_scenario {
    client_options (*options)();
    void (*start)(interrupted_connect<Client>& test);
};

template <class Client>
void interrupt_in_every_gap(const interrupted_scenario<Client>& scenario, std::size_t at_least) {
    std::size_t gaps = 0;
    for (const interruption how : all_interruptions) {
        for (std::size_t gap = 0;; ++gap, ++gaps) {
            INFO("interruption " << static_cast<int>(how) << " in gap " << gap);
            interrupted_connect<Client> test(how, scenario.options());
            scenario.start(test);
            std::size_t passed = 0;
            if (!test.net.run_until([&] { return passed++ == gap; })) {
                test.finish();
                break;
            }
            test.interrupt();
            test.finish();
        }
    }
    CHECK(gaps >= at_least * std::size(all_interruptions));
}

template <class Client>
void interrupt_at_every_operation(const interrupted_scenario<Client>& scenario, std::size_t at_least) {
    std::size_t moments = 0;
    for (const interruption how : all_interruptions) {
        interrupted_connect<Client> learn(how, scenario.options());
        scenario.start(learn);
        learn.net.run();
        for (std::size_t n = 0; n != learn.net.operations(); ++n) {
            for (const moment when : {moment::started, moment::completing, moment::completed}) {
                INFO("interruption " << static_cast<int>(how) << " at operation " << n << ", moment "
                                     << static_cast<int>(when));
                interrupted_connect<Client> test(how, scenario.options());
                test.net.on_operation(n, when, [&] { test.interrupt(); });
                scenario.start(test);
                test.net.run();
                test.finish();
                if (test.interrupted) ++moments;
            }
        }
    }
    CHECK(moments >= at_least * std::size(all_interruptions));
}

template <class Scenario, class Client> void interrupt_in_every_gap(std::size_t at_least) {
    interrupt_in_every_gap<Client>({options_of<Scenario>, Scenario::start}, at_least);
}
template <class Scenario, class Client> void interrupt_at_every_operation(std::size_t at_least) {
    interrupt_at_every_operation<Client>({options_of<Scenario>, Scenario::start}, at_least);
}

TEST_CASE("a connect by name, interrupted in every gap between two events") {
    interrupt_in_every_gap<name, simulated_client>(20);
}
TEST_CASE("a connect by name, interrupted at every operation") {
    interrupt_at_every_operation<name, simulated_client>(18);
}
TEST_CASE("a connect with a handshake, interrupted in every gap between two events") {
    interrupt_in_every_gap<name, handshaking_client>(25);
}
TEST_CASE("a connect with a handshake, interrupted at every operation") {
    interrupt_at_every_operation<name, handshaking_client>(22);
}
TEST_CASE("a connect through a SOCKS5 proxy, interrupted in every gap and at every operation") {
    interrupt_in_every_gap<proxied<0>, simulated_client>(20);
    interrupt_at_every_operation<proxied<0>, simulated_client>(20);
}
TEST_CASE("a connect through an HTTP proxy, interrupted in every gap and at every operation") {
    interrupt_in_every_gap<proxied<1>, simulated_client>(20);
    interrupt_at_every_operation<proxied<1>, simulated_client>(20);
}
TEST_CASE("a connect through a proxy with a handshake behind it, interrupted in every gap") {
    interrupt_in_every_gap<proxied<0>, handshaking_client>(20);
    interrupt_in_every_gap<proxied<1>, handshaking_client>(20);
}
TEST_CASE("a connect through a proxy that reaches the second address only, interrupted in every gap") {
    interrupt_in_every_gap<second_address, simulated_client>(20);
    interrupt_at_every_operation<second_address, simulated_client>(10);
}
TEST_CASE("a connect in which everything happens at once, interrupted in every gap") {
    interrupt_in_every_gap<at_once, simulated_client>(4);
    interrupt_at_every_operation<at_once, simulated_client>(6);
}
TEST_CASE("faults 17: a connect with two winners in one poll, interrupted in every gap") {
    interrupt_in_every_gap<list, simulated_client>(4);
    interrupt_at_every_operation<list, simulated_client>(9);
}
TEST_CASE("a connect with a lookup that is stuck, interrupted in every gap") {
    interrupt_in_every_gap<stuck, simulated_client>(6);
    interrupt_at_every_operation<stuck, simulated_client>(6);
}

}  // namespace

}  // namespace uplink::tests
