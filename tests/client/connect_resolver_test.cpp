// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A user's own name_resolver: asked for one family at a time, it may answer inline, later, from another thread,
// twice, after everything is gone, or never; it may throw.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/told_connect.hpp"

#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace net = uplink::net;
using uplink::address_family;
using uplink::errc;
using uplink::error_code;
using uplink::tests::place;
using uplink::tests::simulated_client;
using uplink::tests::told_connect;
using endpoints = std::vector<net::ip::tcp::endpoint>;
using answer_type = std::function<void(error_code, endpoints)>;

struct question {
    std::string host;
    std::string service;
    address_family family;
    answer_type answer;
};

class scripted_resolver final : public uplink::name_resolver {
public:
    explicit scripted_resolver(std::function<void(const question&)> react) : react_(std::move(react)) {}
    void resolve(const std::string& host, const std::string& service, address_family family,
                 answer_type answer) override {
        asked.push_back({host, service, family, std::move(answer)});
        const question copy = asked.back();
        react_(copy);
    }
    std::vector<question> asked;

private:
    std::function<void(const question&)> react_;
};

struct fixture {
    std::optional<uplink::testing::network> network{std::in_place};
    std::shared_ptr<scripted_resolver> resolver;
    std::optional<simulated_client> client;
    told_connect connect;

    explicit fixture(std::function<void(const question&)> react, uplink::client_options options = {})
        : resolver(std::make_shared<scripted_resolver>(std::move(react))) {
        net().endpoint("192.0.2.1:80").accept(10ms);
        net().endpoint("[2001:db8::1]:80").accept(10ms);
        options.connect.resolver = resolver;
        client.emplace(net().get_executor(), std::move(options));
    }
    uplink::testing::network& net() { return *network; }
    void start(std::string host = "server.test", std::string service = "80") {
        client->async_connect(std::move(host), std::move(service), connect.handler(net()));
    }
    void answer_from_a_thread(std::size_t i, error_code ec, endpoints found) {
        std::thread([&] { resolver->asked.at(i).answer(ec, std::move(found)); }).join();
    }
};

/// Answers everything at once.
void fixed_table(const question& asked) {
    asked.answer({}, {place(asked.family == address_family::v4 ? "192.0.2.1" : "2001:db8::1")});
}

TEST_CASE("a fixed table that answers inline") {
    fixture test(fixed_table);
    test.start("server.test", "imap");
    CHECK(test.connect.times == 0);
    test.net().run();
    CHECK(test.connect.succeeded_once());
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
        fixture test(fixed_table, {.connect = {.family = family}});
        test.start();
        test.net().run();
        CHECK(test.connect.succeeded_once());
        REQUIRE(test.resolver->asked.size() == 1);
        CHECK(test.resolver->asked[0].family == family);
    }
}

TEST_CASE("it is not asked about literals and nonsense") {
    fixture test(fixed_table);
    for (const char* host : {"192.0.2.1", "[2001:db8::1]", "", "a b", "256.1.1.1"}) {
        told_connect connect;
        test.client->async_connect(host, "80", connect.handler(test.net()));
        test.net().run();
        CHECK(connect.times == 1);
        test.client->close();
    }
    CHECK(test.resolver->asked.empty());
}

TEST_CASE("its addresses are tried as they are: ports, order, and no duplicates") {
    const endpoints found{{net::ip::make_address("192.0.2.7"), 1007}, {net::ip::make_address("192.0.2.8"), 1008},
                          {net::ip::make_address("192.0.2.7"), 1007}, {net::ip::make_address("192.0.2.7"), 1009}};
    fixture test([&](const question& asked) {
        asked.answer({}, asked.family == address_family::v4 ? found : endpoints());
    });
    test.start();
    test.net().run();
    CHECK(test.connect.failed_once_with(net::error::connection_refused));
    REQUIRE(test.net().attempts().size() == 3);
    CHECK(test.net().attempts()[0].remote == found[0]);
    CHECK(test.net().attempts()[1].remote == found[1]);
    CHECK(test.net().attempts()[2].remote == found[3]);
}

TEST_CASE("its error is passed through, whatever its category") {
    const error_code own(42, std::generic_category());
    fixture test([&](const question& asked) { asked.answer(own, {}); });
    test.start();
    test.net().run();
    CHECK(test.connect.failed_once_with(own));
    CHECK(test.client->last_connect().lookup_error == own);
}

TEST_CASE("it answers from another thread") {
    fixture test([](const question&) {});
    test.start();
    test.net().poll();
    CHECK(test.connect.times == 0);
    test.answer_from_a_thread(1, {}, {place("192.0.2.1")});
    test.answer_from_a_thread(0, net::error::host_not_found, {});
    CHECK(test.connect.times == 0);  // handlers run on the client's executor
    test.net().run();
    CHECK(test.connect.succeeded_once());
    CHECK(test.connect.endpoint == place("192.0.2.1"));
}

TEST_CASE("only its first answer counts") {
    fixture test([](const question& asked) {
        fixed_table(asked);
        asked.answer({}, {place("192.0.2.66")});
        asked.answer(net::error::host_not_found, {});
    });
    test.net().endpoint("[2001:db8::1]:80").clear().refuse();
    test.start();
    test.net().run();
    CHECK(test.connect.succeeded_once());
    CHECK(test.net().attempts().size() == 2);
    test.resolver->asked[0].answer({}, {place("192.0.2.66")});  // long after
    test.answer_from_a_thread(1, {}, {place("192.0.2.66")});
    test.net().run();
    CHECK(test.net().attempts().size() == 2);
    CHECK(test.connect.times == 1);
}

TEST_CASE("it never answers: the limit and a cancel end the operation") {
    fixture test([](const question&) {});
    SECTION("the limit") {
        test.start();
        test.net().run();
        CHECK(test.connect.failed_once_with(errc::resolve_timeout));
        CHECK(test.connect.at == 30s);
    }
    SECTION("a cancel") {
        test.start();
        test.net().run_for(1s);
        test.client->cancel();
        test.net().run();
        CHECK(test.connect.failed_once_with(net::error::operation_aborted));
        CHECK(test.connect.at == 1s);
    }
    for (const question& asked : test.resolver->asked) fixed_table(asked);
    test.net().run();
    CHECK(test.net().attempts().empty());
    CHECK(test.connect.times == 1);
}

TEST_CASE("a late answer to an earlier connect does not reach the next") {
    fixture test([](const question&) {});
    test.start();
    test.client->cancel();
    test.net().run();
    told_connect again;
    test.client->async_connect("other.test", "80", again.handler(test.net()));
    test.net().poll();
    REQUIRE(test.resolver->asked.size() == 4);
    for (std::size_t i : {0U, 1U}) test.resolver->asked[i].answer({}, {place("192.0.2.66")});
    test.net().poll();
    CHECK(test.net().attempts().empty());
    for (std::size_t i : {2U, 3U}) fixed_table(test.resolver->asked[i]);
    test.net().run();
    CHECK(again.succeeded_once());
    CHECK(again.endpoint == place("2001:db8::1"));
}

TEST_CASE("it answers after the client is gone, and after the context is gone too") {
    fixture test([](const question&) {});
    test.start();
    test.client.reset();
    test.net().run();
    CHECK(test.connect.failed_once_with(net::error::operation_aborted));
    const auto asked = std::exchange(test.resolver->asked, {});
    asked.at(0).answer({}, {place("192.0.2.1")});
    test.net().run();
    CHECK(test.net().attempts().empty());
    test.network.reset();
    asked.at(1).answer({}, {place("192.0.2.1")});
    std::thread([&] { asked.at(1).answer({}, {place("192.0.2.1")}); }).join();
    CHECK(test.connect.times == 1);
}

TEST_CASE("the context goes while it is asked: the handler is destroyed uncalled, a later answer does nothing") {
    fixture test([](const question&) {});
    const auto owned = std::make_shared<int>();
    test.client->async_connect("server.test", "80", [owned](error_code, net::ip::tcp::endpoint) { FAIL("called"); });
    test.net().poll();
    CHECK(owned.use_count() == 2);
    test.network.reset();
    CHECK(owned.use_count() == 1);
    for (const question& asked : test.resolver->asked) asked.answer({}, {place("192.0.2.1")});
    test.client.reset();
}

TEST_CASE("it throws: the family counts as not found, with the code if there is one") {
    struct row {
        std::function<void()> fail;
        error_code expected;
    };
    const std::vector<row> rows{
        {[] { throw uplink::system_error(net::error::host_not_found_try_again); }, net::error::host_not_found_try_again},
        {[] { throw std::bad_alloc(); }, net::error::no_memory},
        {[] { throw std::runtime_error("no"); }, net::error::no_recovery},
        {[] { throw 1; }, net::error::no_recovery},
    };
    for (const row& each : rows) {
        fixture both([&](const question&) { each.fail(); });
        both.start();
        both.net().run();
        CHECK(both.connect.failed_once_with(each.expected));
        CHECK(both.net().attempts().empty());

        fixture one([&](const question& asked) {
            if (asked.family == address_family::v6) each.fail();
            fixed_table(asked);
        });
        one.start();
        one.net().run();
        CHECK(one.connect.succeeded_once());
        CHECK(one.connect.at == 10ms);

        fixture after([&](const question& asked) {  // an answer that has been given stands
            fixed_table(asked);
            each.fail();
        });
        after.start();
        after.net().run();
        CHECK(after.connect.times == 1);
        CHECK(after.net().open_sockets() == (after.connect.ec ? 0 : 1));
    }
}

TEST_CASE("it may cancel the connect, close or destroy the client, with or without an answer") {
    for (const int action : {0, 1, 2}) {
        for (const bool answers : {false, true}) {
            INFO("action " << action << ", answers: " << answers);
            std::function<void(const question&)> react;
            fixture test([&](const question& asked) { react(asked); });
            react = [&](const question& asked) {
                if (answers) fixed_table(asked);
                if (!test.client) return;
                if (action == 0) test.client->cancel();
                if (action == 1) test.client->close();
                if (action == 2) test.client.reset();
            };
            test.start();
            test.net().run();
            CHECK(test.connect.failed_once_with(net::error::operation_aborted));
            CHECK(test.net().attempts().empty());
        }
    }
}

TEST_CASE("one resolver serves many clients, and outlives none of its askers' need") {
    fixture test(fixed_table);
    std::weak_ptr<scripted_resolver> watched = test.resolver;
    uplink::client_options options;
    options.connect.resolver = std::move(test.resolver);
    simulated_client other(test.net().get_executor(), options);
    options.connect.resolver.reset();
    told_connect connect;
    test.start();
    other.async_connect("server.test", "80", connect.handler(test.net()));
    test.client.reset();
    test.net().run();
    CHECK(connect.times == 1);
    CHECK_FALSE(connect.ec);
    CHECK_FALSE(watched.expired());
    { const simulated_client gone(std::move(other)); }
    test.net().run();
    CHECK(watched.expired());
}

}  // namespace
