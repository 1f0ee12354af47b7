// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of lookups, each of which has its end.
#include <uplink/observer.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/observed_client.hpp"
#include "support/scripted_resolver.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

const std::string refused = error_code(net::error::connection_refused).message();

}  // namespace

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

}  // namespace uplink::tests
