// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of lookups and of attempts to connect, each of which has its end.
#include <uplink/observer.hpp>

#include "support/both_worlds.hpp"
#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/observed_client.hpp"
#include "support/scripted_resolver.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

const std::string refused = error_code(net::error::connection_refused).message();
const std::string canceled = aborted.message();

}  // namespace

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

TEST_CASE_METHOD(client_test, "a local client has attempts to paths", "[observer]") {
    std::string folder = (std::filesystem::temp_directory_path() / "uplinkXXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    {
        const auto events = new_events();
        net::local::stream_protocol::acceptor listener(
            io, net::local::stream_protocol::endpoint(folder + "/here"));
        local_client client(io, {.observer = events});
        completion connected, missing, invalid;
        client.async_connect(folder + "/here", record(connected));
        run();
        CHECK(connected == completed(success));
        client.close();
        client.async_connect(folder + "/missing", record(missing));
        run();
        client.async_connect(std::string(), record(invalid));
        run();
        const std::string no_file = missing.ec.message();
        CHECK(events->lines == lines{"attempt 0 at a path", "attempt 0: ok", "connect: ok", "connection: ok",
                                     "attempt 0 at a path", "attempt 0: " + no_file, "connect: " + no_file,
                                     "connect: " + invalid.ec.message()});
        CHECK(events->failures.empty());
    }
    std::filesystem::remove_all(folder);
}

}  // namespace uplink::tests
