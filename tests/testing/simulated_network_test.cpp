// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The simulated network's own rules: virtual time, the order of events, lookups, the record, the seed.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::clock;
using uplink::testing::network;
using uplink::testing::timer;

namespace {

using diary = std::vector<std::string>;

timer wait_for(network& where, clock::duration delay, diary& events, const std::string& name) {
    timer waiting(where.get_executor());
    waiting.expires_after(delay);
    waiting.async_wait([&events, name](error_code ec) { events.push_back(ec ? name + "!" : name); });
    return waiting;
}

}  // namespace

TEST_CASE("thirty years of virtual time pass at once") {
    network net;
    diary events;
    const auto waiting = wait_for(net, 24h * 365 * 30, events, "woke");
    CHECK(net.run() == 1);
    CHECK(events == diary{"woke"});
    CHECK(net.elapsed() == 24h * 365 * 30);
}

TEST_CASE("run_for and run_until a time point stop at that time, whatever happens then") {
    network net;
    diary events;
    const auto first = wait_for(net, 10ms, events, "10");
    const auto second = wait_for(net, 20ms, events, "20");
    CHECK(net.run_for(10ms) == 1);
    CHECK(net.elapsed() == 10ms);
    CHECK(net.run_until(net.now() + 5ms) == 0);
    CHECK(net.elapsed() == 15ms);
    CHECK(net.poll() == 0);
    CHECK(net.step() == 1);
    CHECK(net.elapsed() == 20ms);
    CHECK(events == diary{"10", "20"});
}

TEST_CASE("run_until a predicate stops between two handlers of the same instant") {
    network net;
    diary events;
    const auto first = wait_for(net, 10ms, events, "a");
    const auto second = wait_for(net, 10ms, events, "b");
    CHECK(net.run_until([&] { return !events.empty(); }));
    CHECK(events == diary{"a"});
    CHECK_FALSE(net.run_until([] { return false; }));
    CHECK(events == diary{"a", "b"});
}

TEST_CASE("at one instant I/O and lookup answers go before timers, each class in the order of creation") {
    network net;
    diary events;
    net.endpoint("192.0.2.1").accept(10ms);
    net.host("a.test").v4({"192.0.2.1"}, 10ms);
    const auto first = wait_for(net, 10ms, events, "timer 1");
    const auto second = wait_for(net, 10ms, events, "timer 2");
    uplink::testing::socket::default_resolver(net.get_executor())
        ->resolve({"a.test", "80", address_family::v4}, [&](auto) { events.push_back("answer"); });
    simulated_connection link(net);
    net.run_until([&] { return !events.empty() && !link.connect; });
    CHECK(events == diary{"answer"});
    net.run_until([&] { return link.connect.calls != 0; });
    CHECK(events == diary{"answer"});
    net.run();
    CHECK(events == diary{"answer", "timer 1", "timer 2"});
}

TEST_CASE("together() lets all that happens at one instant happen before the first handler") {
    for (const bool together : {false, true}) {
        network net;
        net.together(together);
        diary events;
        timer second(net.get_executor());
        timer first(net.get_executor());
        first.expires_after(10ms);
        second.expires_after(10ms);
        first.async_wait([&](error_code) {
            events.push_back("first");
            second.cancel();
        });
        second.async_wait([&](error_code ec) { events.push_back(ec ? "cancelled" : "second"); });
        net.run();
        CHECK(events == (together ? diary{"first", "second"} : diary{"first", "cancelled"}));
    }
}

TEST_CASE(
    "a timer: setting the expiry cancels, a wait that is over cannot be cancelled, the end of time never comes") {
    network net;
    diary events;
    timer waiting = wait_for(net, 10ms, events, "a");
    CHECK(waiting.expires_after(20ms) == 1);
    waiting.async_wait([&](error_code ec) { events.push_back(ec ? "b!" : "b"); });
    CHECK(net.run() == 2);
    CHECK(events == diary{"a!", "b"});
    CHECK(waiting.cancel() == 0);
    CHECK(net.elapsed() == 20ms);

    waiting.expires_at(clock::time_point::max());
    waiting.async_wait([&](error_code ec) { events.push_back(ec ? "c!" : "c"); });
    CHECK(net.run() == 0);
    CHECK(net.pending_operations() == 1);
    CHECK(waiting.cancel() == 1);
    CHECK(waiting.cancel() == 0);
    net.run();
    CHECK(events.back() == "c!");

    waiting.expires_at(net.now() - 1h);  // long ago: at once, and no time passes
    waiting.async_wait([&](error_code ec) { events.push_back(ec ? "d!" : "d"); });
    CHECK(events.back() == "c!");
    net.run();
    CHECK(events.back() == "d");
    CHECK(net.elapsed() == 20ms);
}

TEST_CASE("names answer by family, at their time, one lookup after the other") {
    network net;
    net.host("a.test")
        .v6({"2001:db8::1", "2001:db8::2"}, 30ms)
        .v4_fails(net::error::no_recovery, 5ms)
        .v4({"192.0.2.9"});
    net.host("stuck.test").v4_never();
    net.service("echo", 7);
    const auto resolver = uplink::testing::socket::default_resolver(net.get_executor());
    const auto ask = [&](const char* host, const char* service, address_family family) {
        std::string text = "never";
        const auto start = net.now();
        resolver->resolve({host, service, family}, [&](const uplink::lookup_answer& answer) {
            text = std::to_string((net.now() - start) / 1ms) + " ";
            if (answer.error) text += answer.error.message();
            for (const auto& each : answer.endpoints) text += uplink::detail::endpoint_to_string(each) + " ";
        });
        CHECK(text == "never");
        net.run();
        return text;
    };
    CHECK(ask("a.test", "echo", address_family::v6) == "30 [2001:db8::1]:7 [2001:db8::2]:7 ");
    CHECK(ask("a.test", "80", address_family::v4) == "5 " + error_code(net::error::no_recovery).message());
    CHECK(ask("a.test", "80", address_family::v4) == "0 192.0.2.9:80 ");
    CHECK(ask("a.test", "80", address_family::v4) == "0 192.0.2.9:80 ");
    CHECK(ask("a.test", "none", address_family::v4) ==
          "0 " + error_code(net::error::service_not_found).message());
    CHECK(ask("b.test", "80", address_family::v4) == "0 " + error_code(net::error::host_not_found).message());
    CHECK(ask("stuck.test", "80", address_family::v6) ==
          "0 " + error_code(net::error::host_not_found).message());
    CHECK(ask("stuck.test", "80", address_family::v4) == "never");
    REQUIRE(net.lookups().size() == 8);
    CHECK(net.lookups()[0].end == 30ms);
    CHECK(net.lookups()[0].addresses == 2);
    CHECK(net.lookups()[1].error == net::error::no_recovery);
    CHECK_FALSE(net.lookups()[7].end);
}

TEST_CASE(
    "asked for any family a name answers when both families have, the preferred one's addresses first") {
    network net;
    net.host("a.test").v6({"2001:db8::1"}, 30ms).v4({"192.0.2.1"}, 5ms);
    net.host("half.test").v6_fails(net::error::no_recovery, 3ms).v4({"192.0.2.1"});
    net.host("none.test").v6_fails(net::error::no_recovery, 3ms).v4_fails();
    net.host("stuck.test").v4_never().v6({"2001:db8::1"});
    const auto resolver = uplink::testing::socket::default_resolver(net.get_executor());
    const auto ask = [&](const char* host) {
        std::string text = "never";
        const auto start = net.now();
        resolver->resolve({host, "80", address_family::any}, [&](const uplink::lookup_answer& answer) {
            text = std::to_string((net.now() - start) / 1ms) + " ";
            if (answer.error) text += answer.error.message();
            for (const auto& each : answer.endpoints) text += uplink::detail::endpoint_to_string(each) + " ";
        });
        net.run();
        return text;
    };
    CHECK(ask("a.test") == "30 [2001:db8::1]:80 192.0.2.1:80 ");
    net.prefer(address_family::v4);
    CHECK(ask("a.test") == "30 192.0.2.1:80 [2001:db8::1]:80 ");
    CHECK(ask("half.test") == "3 192.0.2.1:80 ");
    net.prefer(address_family::v6);
    CHECK(ask("half.test") == "3 192.0.2.1:80 ");
    CHECK(ask("none.test") == "3 " + error_code(net::error::no_recovery).message());
    CHECK(ask("stuck.test") == "never");
}

TEST_CASE("the network prefers v6 until it is told otherwise") {
    network net;
    CHECK(uplink::testing::socket::preferred_family(net.get_executor()) == address_family::v6);
    net.prefer(address_family::v4);
    CHECK(uplink::testing::socket::preferred_family(net.get_executor()) == address_family::v4);
}

TEST_CASE("a socket or timer on the executor of no network says so") {
    net::io_context context;
    CHECK_THROWS_AS(uplink::testing::socket(context), std::logic_error);
    CHECK_THROWS_AS(timer(context), std::logic_error);
}

TEST_CASE("an endpoint is found by address and port, else by address, else among the others") {
    network net;
    net.endpoint("[2001:db8::1]:80").accept(1ms);
    net.endpoint("2001:db8::1").accept(2ms);
    net.elsewhere().fail(net::error::host_unreachable, 3ms);
    for (const auto& [where, delay] : std::vector<std::pair<std::string, clock::duration>>{
             {"[2001:db8::1]:80", 1ms}, {"[2001:db8::1]:81", 2ms}, {"192.0.2.1:80", 3ms}}) {
        const auto start = net.elapsed();
        const simulated_connection link(net, where);
        net.run();
        CHECK(net.elapsed() - start == delay);
    }
    CHECK(net.attempts()[2].error == net::error::host_unreachable);
    for (const char* bad :
         {"192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:", "192.0.2.1:x", "[::1", "[::1]80", "[::1]:"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(net.endpoint(bad), std::invalid_argument);
    }
    CHECK_THROWS(net.endpoint("server.test"));
}

TEST_CASE("one seed gives one history, another seed another") {
    const auto history = [](std::uint64_t seed) {
        network net(seed);
        net.jitter(10ms);
        net.random_pieces(5);
        net.shuffle_ties();
        net.endpoint("192.0.2.1").accept(1ms).split(7).echo();
        simulated_connection link(net);
        link.wait();
        const std::string text(100, 'x');
        link.start_write(text);
        std::string told;
        for (int i = 0; i != 20; ++i) {
            link.read_all_there_is();
            told += std::to_string(link.read.n) + "@" + std::to_string(net.elapsed().count()) + " ";
            if (link.write) link.start_write(text);
        }
        return told;
    };
    CHECK(history(1) == history(1));
    CHECK(history(2) == history(2));
    CHECK(history(1) != history(2));
}

TEST_CASE("stopping the context stops run(), which goes on after restart()") {
    network net;
    diary events;
    timer first(net.get_executor());
    first.expires_after(10ms);
    first.async_wait([&](error_code) {
        events.push_back("first");
        net.context().stop();
    });
    const auto second = wait_for(net, 20ms, events, "second");
    CHECK(net.run() == 1);
    CHECK(net.run() == 0);
    CHECK(events == diary{"first"});
    net.context().restart();
    CHECK(net.run() == 1);
    CHECK(events == diary{"first", "second"});
}

TEST_CASE("what a handler throws comes out of run(), and nothing else is lost") {
    network net;
    diary events;
    timer first(net.get_executor());
    first.expires_after(10ms);
    first.async_wait([](error_code) { throw std::runtime_error("thrown"); });
    const auto second = wait_for(net, 10ms, events, "second");
    CHECK_THROWS_AS(net.run(), std::runtime_error);
    CHECK(net.run() == 1);
    CHECK(events == diary{"second"});
}

}  // namespace uplink::tests
