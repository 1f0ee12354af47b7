// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A user's own name_resolver: what it is asked, and what its answers, its errors and its exceptions do.
#include "support/catch.hpp"
#include "support/scripted_resolver.hpp"

#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using endpoints = question::endpoints;

TEST_CASE("a fixed table that answers inline") {
    resolver_test test(fixed_table);
    test.start("server.test", "imap");
    CHECK(test.connect.calls == 0);
    test.net().run();
    CHECK(test.connect == established());
    CHECK(test.connect.endpoint == place("2001:db8::1"));
    REQUIRE(test.resolver->asked.size() == 2);
    CHECK(test.resolver->asked[0].family == address_family::v6);
    CHECK(test.resolver->asked[1].family == address_family::v4);
    for (const question& asked : test.resolver->asked) {
        CHECK(asked.host == "server.test");
        CHECK(asked.service == "imap");  // never interpreted
    }
    CHECK(test.net().lookups().empty());  // the system was not asked
}

TEST_CASE("it is asked for the family that the options allow, and only for that") {
    for (const auto family : {address_family::v4, address_family::v6}) {
        resolver_test test(fixed_table, {.connect = {.family = family}});
        test.start();
        test.net().run();
        CHECK(test.connect == established());
        REQUIRE(test.resolver->asked.size() == 1);
        CHECK(test.resolver->asked[0].family == family);
    }
}

TEST_CASE("it is not asked about literals and nonsense") {
    resolver_test test(fixed_table);
    for (const char* host : {"192.0.2.1", "[2001:db8::1]", "", "a b", "256.1.1.1"}) {
        connect_completion connect;
        test.client->async_connect(host, "80", connect.handler(test.net()));
        test.net().run();
        CHECK(connect.calls == 1);
        test.client->close();
    }
    CHECK(test.resolver->asked.empty());
}

TEST_CASE("its addresses are tried as they are: ports, order, and no duplicates") {
    const endpoints found{{net::ip::make_address("192.0.2.7"), 1007},
                          {net::ip::make_address("192.0.2.8"), 1008},
                          {net::ip::make_address("192.0.2.7"), 1007},
                          {net::ip::make_address("192.0.2.7"), 1009}};
    resolver_test test([&](const question& asked) {
        asked.answer({}, asked.family == address_family::v4 ? found : endpoints());
    });
    test.start();
    test.net().run();
    CHECK(test.connect == not_established(net::error::connection_refused));
    REQUIRE(test.net().attempts().size() == 3);
    CHECK(test.net().attempts()[0].remote == found[0]);
    CHECK(test.net().attempts()[1].remote == found[1]);
    CHECK(test.net().attempts()[2].remote == found[3]);
}

TEST_CASE("its error is passed through, whatever its category") {
    const error_code own = std::error_code(42, std::generic_category());
    resolver_test test([&](const question& asked) { asked.answer(own, {}); });
    test.start();
    test.net().run();
    CHECK(test.connect == not_established(own));
    CHECK(test.client->last_connect().lookup_error == own);
}

TEST_CASE("it throws: that family's answer is no_recovery, whatever was thrown") {
    const std::vector<std::function<void()>> rows{
        [] { throw uplink::system_error(net::error::host_not_found_try_again); },
        [] { throw std::bad_alloc(); },
        [] { throw std::runtime_error("no"); },
        [] { throw 1; },
    };
    for (const auto& fail : rows) {
        resolver_test both([&](const question&) { fail(); });
        both.start();
        both.net().run();
        CHECK(both.connect == not_established(net::error::no_recovery));
        CHECK(both.client->last_connect().lookup_error == net::error::no_recovery);
        CHECK(both.net().attempts().empty());

        resolver_test one([&](const question& asked) {
            if (asked.family == address_family::v6) fail();
            fixed_table(asked);
        });
        one.start();
        one.net().run();
        CHECK(one.connect == established());
        CHECK(one.connect.at == 10ms);

        resolver_test after([&](const question& asked) {  // an answer that has been given stands
            fixed_table(asked);
            fail();
        });
        after.start();
        after.net().run();
        CHECK(after.connect == established());
        CHECK(after.connect.endpoint == place("2001:db8::1"));
    }
}

TEST_CASE("it may cancel the connect, close or destroy the client, with or without an answer") {
    for (const int action : {0, 1, 2}) {
        for (const bool answers : {false, true}) {
            INFO("action " << action << ", answers: " << answers);
            std::function<void(const question&)> react;
            resolver_test test([&](const question& asked) { react(asked); });
            react = [&](const question& asked) {
                if (answers) fixed_table(asked);
                if (!test.client) return;
                if (action == 0) test.client->cancel();
                if (action == 1) test.client->close();
                if (action == 2) test.client.reset();
            };
            test.start();
            test.net().run();
            CHECK(test.connect == not_established(net::error::operation_aborted));
            CHECK(test.net().attempts().empty());
        }
    }
}

TEST_CASE("one resolver serves many clients, and outlives none of its askers' need") {
    resolver_test test(fixed_table);
    std::weak_ptr<scripted_resolver> watched = test.resolver;
    uplink::client_options options;
    options.connect.resolver = std::move(test.resolver);
    simulated_client other(test.net().get_executor(), options);
    options.connect.resolver.reset();
    connect_completion connect;
    test.start();
    other.async_connect("server.test", "80", connect.handler(test.net()));
    test.client.reset();
    test.net().run();
    CHECK(connect.calls == 1);
    CHECK_FALSE(connect.ec);
    CHECK_FALSE(watched.expired());
    { const simulated_client gone(std::move(other)); }
    test.net().run();
    CHECK(watched.expired());
}

}  // namespace

}  // namespace uplink::tests
