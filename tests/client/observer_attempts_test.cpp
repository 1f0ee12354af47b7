// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an observer is told of attempts to connect, each of which has its end; of lookups in observer_lookups_test.cpp.
#include <uplink/observer.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/observed_client.hpp"

#include <chrono>
#include <string>

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

}  // namespace uplink::tests
