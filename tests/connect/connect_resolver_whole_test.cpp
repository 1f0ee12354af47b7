// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A user's name_resolver whose one answer has all addresses, and one that answers the families apart: what each is
// asked, which of its addresses are tried in which order, and what the report has of its answers.
#include "support/catch.hpp"
#include "support/scripted_resolver.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

/// An answer with addresses on port 80.
lookup_answer answer_with(const std::vector<std::string>& addresses,
                          std::optional<std::chrono::seconds> time_to_live = {}) {
    lookup_answer answer{.time_to_live = time_to_live};
    for (const std::string& address : addresses) answer.endpoints.push_back(place(address));
    return answer;
}

/// A resolver that answers each question with the same.
struct whole_answer_test : resolver_test {
    explicit whole_answer_test(lookup_answer answer, client_options options = {})
        : resolver_test([answer](const question& asked) { asked.tell(answer); }, std::move(options)) {
        resolver->apart = false;
    }
    void connect_all() {
        start();
        net().run();
    }
    std::vector<std::string> tried() {
        std::vector<std::string> addresses;
        for (const testing::attempt& each : net().attempts())
            addresses.push_back(each.remote.address().to_string());
        return addresses;
    }
};
using tried_addresses = std::vector<std::string>;

}  // namespace

TEST_CASE("by default a resolver is asked once, for all addresses") {
    for (const bool option : {false, true}) {  // it concerns the system's lookups alone
        whole_answer_test test(answer_with({"192.0.2.1", "2001:db8::1"}),
                               {.connect = {.families_apart = option}});
        test.connect_all();
        CHECK(test.connect == established());
        REQUIRE(test.resolver->asked.size() == 1);
        CHECK(test.resolver->asked[0].host == "server.test");
        CHECK(test.resolver->asked[0].service == "80");
        CHECK(test.resolver->asked[0].family == address_family::any);
    }
}

TEST_CASE("the first address of the one answer says which family is tried first, not the system") {
    for (const auto preferred : {address_family::v4, address_family::v6}) {
        whole_answer_test v4(answer_with({"192.0.2.8", "192.0.2.9", "2001:db8::8", "192.0.2.8"}));
        v4.net().prefer(preferred);
        v4.connect_all();
        CHECK(v4.tried() == tried_addresses{"192.0.2.8", "2001:db8::8", "192.0.2.9"});
        whole_answer_test v6(answer_with({"2001:db8::8", "192.0.2.8", "192.0.2.9"}));
        v6.net().prefer(preferred);
        v6.connect_all();
        CHECK(v6.tried() == tried_addresses{"2001:db8::8", "192.0.2.8", "192.0.2.9"});
    }
}

TEST_CASE("the one answer does not wait for a resolution delay") {
    whole_answer_test test(answer_with({"192.0.2.1"}), {.connect = {.resolution_delay = 5s}});
    test.connect_all();
    CHECK(test.connect == established());
    CHECK(test.connect.at == 10ms);
}

TEST_CASE("families apart: it is asked once a family, and the first family's answer is waited for") {
    resolver_test test([](const question& asked) {
        if (asked.family == address_family::v4) asked.tell(answer_with({"192.0.2.1"}));
    });
    test.start();
    test.net().run();
    CHECK(test.connect == established());
    CHECK(test.connect.at == 60ms);  // 50 ms for the answer that never came
    REQUIRE(test.resolver->asked.size() == 2);
}

TEST_CASE("addresses of a family that was not asked for are not tried") {
    for (const auto family : {address_family::v4, address_family::v6}) {
        for (const bool apart : {false, true}) {
            INFO("family v" << (family == address_family::v4 ? 4 : 6) << ", apart " << apart);
            whole_answer_test test(answer_with({"2001:db8::8", "192.0.2.8", "2001:db8::9", "192.0.2.9"}),
                                   {.connect = {.family = family}});
            test.resolver->apart = apart;
            test.connect_all();
            REQUIRE(test.resolver->asked.size() == 1);
            CHECK(test.resolver->asked[0].family == family);
            const bool v4 = family == address_family::v4;
            CHECK(test.tried() == (v4 ? tried_addresses{"192.0.2.8", "192.0.2.9"}
                                      : tried_addresses{"2001:db8::8", "2001:db8::9"}));
        }
    }
}

TEST_CASE("families apart: what an answer has of the other family is not tried") {
    for (const auto wrong : {address_family::v4, address_family::v6}) {
        resolver_test test([wrong](const question& asked) {
            if (asked.family == wrong) asked.tell(answer_with({"192.0.2.8", "2001:db8::8"}));
            else asked.tell({.error = net::error::host_not_found});
        });
        test.start();
        test.net().run();
        REQUIRE(test.net().attempts().size() == 1);
        CHECK(test.net().attempts()[0].remote ==
              place(wrong == address_family::v4 ? "192.0.2.8" : "2001:db8::8"));
    }
}

TEST_CASE("an answer with addresses of the other family alone is host_not_found") {
    whole_answer_test test(answer_with({"192.0.2.8"}), {.connect = {.family = address_family::v6}});
    test.connect_all();
    CHECK(test.connect == not_established(net::error::host_not_found));
    CHECK(test.client->last_connect().lookup_error == net::error::host_not_found);
}

TEST_CASE("it throws, asked once: the lookup has failed with no_recovery") {
    resolver_test test([](const question&) { throw 1; });
    test.resolver->apart = false;
    test.start();
    test.net().run();
    CHECK(test.connect == not_established(net::error::no_recovery));
    CHECK(test.client->last_connect().lookup_error == net::error::no_recovery);
}

TEST_CASE(
    "the report has the time to live that the resolver told, of two the smaller, and when it was asked") {
    whole_answer_test one(answer_with({"192.0.2.1"}, 300s));
    one.connect_all();
    CHECK(one.client->last_connect().time_to_live == 300s);
    CHECK(one.client->last_connect().lookup_began == 0s);
    whole_answer_test none(answer_with({"192.0.2.1"}));
    none.connect_all();
    CHECK_FALSE(none.client->last_connect().time_to_live);

    struct row {
        std::optional<std::chrono::seconds> v6, v4, shown;
    };
    for (const row& each :
         {row{60s, 300s, 60s}, row{300s, 60s, 60s}, row{{}, 60s, 60s}, row{60s, {}, 60s}, row{0s, 60s, 0s}}) {
        resolver_test two([&](const question& asked) {
            const bool v4 = asked.family == address_family::v4;
            asked.tell(answer_with({v4 ? "192.0.2.1" : "2001:db8::1"}, v4 ? each.v4 : each.v6));
        });
        two.start();
        two.net().run();
        CHECK(two.connect == established());
        CHECK(two.client->last_connect().time_to_live == each.shown);
    }
}

TEST_CASE("a resolver that says how it answers may close or destroy the client, and nothing is asked") {
    struct closing_resolver final : name_resolver {
        std::function<void()> act;
        mutable int asked_how = 0;
        int questions = 0;

        void resolve(const lookup_question&, std::function<void(lookup_answer)>) override { ++questions; }
        bool answers_families_apart() const override {
            ++asked_how;
            act();
            return false;
        }
    };
    testing::network net;
    const auto resolver = std::make_shared<closing_resolver>();
    std::optional<simulated_client> client(std::in_place, net.get_executor(),
                                           client_options{.connect = {.resolver = resolver}});
    resolver->act = [&] { client.reset(); };
    connect_completion connect;
    client->async_connect("server.test", "80", connect.handler(net));
    net.run();
    CHECK(connect == not_established(net::error::operation_aborted));
    CHECK(resolver->questions == 0);
}

}  // namespace uplink::tests
