// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Answers of a name_resolver that come from another thread, late, twice, after everything is gone, or never.
#include "support/catch.hpp"
#include "support/scripted_resolver.hpp"

#include <cstddef>
#include <memory>
#include <thread>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

TEST_CASE("it answers from another thread") {
    resolver_test test([](const question&) {});
    test.start();
    test.net().poll();
    CHECK(test.connect.calls == 0);
    test.answer_from_a_thread(1, {}, {place("192.0.2.1")});
    test.answer_from_a_thread(0, net::error::host_not_found, {});
    CHECK(test.connect.calls == 0);  // handlers run on the client's executor
    test.net().run();
    CHECK(test.connect == established());
    CHECK(test.connect.endpoint == place("192.0.2.1"));
}

TEST_CASE("only its first answer counts") {
    resolver_test test([](const question& asked) {
        fixed_table(asked);
        asked.answer({}, {place("192.0.2.66")});
        asked.answer(net::error::host_not_found, {});
    });
    test.net().endpoint("[2001:db8::1]:80").clear().refuse();
    test.start();
    test.net().run();
    CHECK(test.connect == established());
    CHECK(test.net().attempts().size() == 2);
    test.resolver->asked[0].answer({}, {place("192.0.2.66")});  // long after
    test.answer_from_a_thread(1, {}, {place("192.0.2.66")});
    test.net().run();
    CHECK(test.net().attempts().size() == 2);
    CHECK(test.connect.calls == 1);
}

TEST_CASE("it never answers: the limit and a cancel end the operation") {
    resolver_test test([](const question&) {});
    SECTION("the limit") {
        test.start();
        test.net().run();
        CHECK(test.connect == not_established(errc::resolve_timeout));
        CHECK(test.connect.at == 30s);
    }
    SECTION("a cancel") {
        test.start();
        test.net().run_for(1s);
        test.client->cancel();
        test.net().run();
        CHECK(test.connect == not_established(net::error::operation_aborted));
        CHECK(test.connect.at == 1s);
    }
    for (const question& asked : test.resolver->asked) fixed_table(asked);
    test.net().run();
    CHECK(test.net().attempts().empty());
    CHECK(test.connect.calls == 1);
}

TEST_CASE("a late answer to an earlier connect does not reach the next") {
    resolver_test test([](const question&) {});
    test.start();
    test.client->cancel();
    test.net().run();
    connect_completion again;
    test.client->async_connect("other.test", "80", again.handler(test.net()));
    test.net().poll();
    REQUIRE(test.resolver->asked.size() == 4);
    for (std::size_t i : {0U, 1U}) test.resolver->asked[i].answer({}, {place("192.0.2.66")});
    test.net().poll();
    CHECK(test.net().attempts().empty());
    for (std::size_t i : {2U, 3U}) fixed_table(test.resolver->asked[i]);
    test.net().run();
    CHECK(again == established());
    CHECK(again.endpoint == place("2001:db8::1"));
}

TEST_CASE("it answers after the client is gone, and after the context is gone too") {
    resolver_test test([](const question&) {});
    test.start();
    test.client.reset();
    test.net().run();
    CHECK(test.connect == not_established(net::error::operation_aborted));
    const auto asked = std::exchange(test.resolver->asked, {});
    asked.at(0).answer({}, {place("192.0.2.1")});
    test.net().run();
    CHECK(test.net().attempts().empty());
    test.network.reset();
    asked.at(1).answer({}, {place("192.0.2.1")});
    std::thread([&] { asked.at(1).answer({}, {place("192.0.2.1")}); }).join();
    CHECK(test.connect.calls == 1);
}

TEST_CASE(
    "the context goes while it is asked: the handler is destroyed uncalled, a later answer does nothing") {
    resolver_test test([](const question&) {});
    const auto owned = std::make_shared<int>();
    test.client->async_connect("server.test", "80",
                               [owned](error_code, net::ip::tcp::endpoint) { FAIL("called"); });
    test.net().poll();
    CHECK(owned.use_count() == 2);
    test.network.reset();
    CHECK(owned.use_count() == 1);
    for (const question& asked : test.resolver->asked) asked.answer({}, {place("192.0.2.1")});
    test.client.reset();
}

}  // namespace

}  // namespace uplink::tests
