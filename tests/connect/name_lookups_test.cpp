// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The lookups of one connect: whom they ask, what comes back, and that nothing comes after forget().
#include <uplink/detail/connect/name_lookups.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using endpoints = std::vector<net::ip::tcp::endpoint>;

namespace {

/// The parts of a client's core that lookups see.
struct core_stub {
    using executor_type = net::io_context::executor_type;
    using socket_type = uplink::testing::basic_socket<executor_type>;

    executor_type executor;
    uplink::client_options chosen{};

    executor_type get_executor() const { return executor; }
    const uplink::client_options& options() const { return chosen; }
};

struct operation_stub {
    std::vector<std::pair<address_family, endpoints>> answers{};
    error_code last{};

    void on_answer(address_family family, uplink::lookup_answer&& answer) {
        last = answer.error;
        answers.emplace_back(family, std::move(answer.endpoints));
    }
};

struct kept_resolver final : uplink::name_resolver {
    using answer_function = std::function<void(uplink::lookup_answer)>;
    std::vector<answer_function> answers{};
    bool apart = false;
    bool apart_throws = false;

    void resolve(const uplink::lookup_question& question, answer_function answer) override {
        if (question.host == "throws.test") throw uplink::system_error(error_code(net::error::access_denied));
        if (question.host == "odd.test") throw std::runtime_error("odd");
        if (question.host == "memory.test") throw std::bad_alloc();
        answers.push_back(std::move(answer));
        if (question.host == "answers and throws.test") {
            answers.back()({.endpoints = endpoints(2)});
            throw 1;
        }
    }
    bool answers_families_apart() const override { return apart_throws ? throw 1 : apart; }
};

struct rig {
    uplink::testing::network network{};
    core_stub core{network.get_executor()};
    operation_stub operation{};
    uplink::detail::name_lookups<core_stub, operation_stub> lookups{};

    error_code ask(const std::string& host, address_family family = address_family::v4) {
        uplink::detail::connect_target target;
        target.host = host;
        target.service = "80";
        return lookups.ask(operation, core, target.host, target.service, family);
    }
};

}  // namespace

TEST_CASE(
    "name lookups: without a resolver of the user's the socket's own network is asked, a family at a time") {
    rig test;
    test.network.host("server.test").v4({"192.0.2.1"}).v6({"2001:db8::1"});
    REQUIRE_FALSE(test.ask("server.test", address_family::v6));
    REQUIRE_FALSE(test.ask("server.test", address_family::v4));
    CHECK(test.operation.answers.empty());
    test.network.run();
    REQUIRE(test.operation.answers.size() == 2);
    CHECK(test.operation.answers[0].first == address_family::v6);
    CHECK(test.operation.answers[1].second.front().address().is_v4());
}

TEST_CASE("name lookups: the user's resolver is asked instead, and only its first answer counts") {
    rig test;
    const auto resolver = std::make_shared<kept_resolver>();
    test.core.chosen.connect.resolver = resolver;
    REQUIRE_FALSE(test.ask("server.test"));
    REQUIRE(resolver->answers.size() == 1);
    resolver->answers[0]({.error = net::error::host_not_found});
    resolver->answers[0]({.endpoints = endpoints(3)});
    test.network.run();
    REQUIRE(test.operation.answers.size() == 1);
    CHECK(test.operation.last == net::error::host_not_found);
}

TEST_CASE("name lookups: after forget() an answer touches nothing, even one already posted") {
    rig test;
    const auto resolver = std::make_shared<kept_resolver>();
    test.core.chosen.connect.resolver = resolver;
    REQUIRE_FALSE(test.ask("server.test"));
    REQUIRE_FALSE(test.ask("server.test", address_family::v6));
    resolver->answers[0]({.endpoints = endpoints(1)});
    test.lookups.forget();
    resolver->answers[1]({.endpoints = endpoints(1)});
    test.network.run();
    CHECK(test.operation.answers.empty());
}

TEST_CASE("name lookups: whatever a resolver throws is no_recovery, not an exception") {
    rig test;
    const auto resolver = std::make_shared<kept_resolver>();
    test.core.chosen.connect.resolver = resolver;
    CHECK_FALSE(test.lookups.choose_families(test.core));
    for (const char* host : {"throws.test", "odd.test", "memory.test"})
        CHECK(test.ask(host) == net::error::no_recovery);
    resolver->apart_throws = true;
    rig other;
    other.core.chosen.connect.resolver = resolver;
    CHECK_FALSE(other.lookups.choose_families(other.core));
    CHECK(other.ask("server.test") == net::error::no_recovery);
    CHECK(resolver->answers.empty());
}

TEST_CASE("name lookups: a resolver that answers and then throws has answered") {
    rig test;
    test.core.chosen.connect.resolver = std::make_shared<kept_resolver>();
    CHECK_FALSE(test.ask("answers and throws.test"));
    test.network.run();
    REQUIRE(test.operation.answers.size() == 1);
    CHECK_FALSE(test.operation.last);
    CHECK(test.operation.answers[0].second.size() == 2);
}

TEST_CASE("name lookups: the resolver says whether the families are asked apart, without one the option") {
    rig test;
    CHECK(test.lookups.choose_families(test.core));  // the simulated network answers apart
    const auto resolver = std::make_shared<kept_resolver>();
    test.core.chosen.connect.resolver = resolver;
    for (const bool apart : {false, true}) {
        resolver->apart = apart;
        test.core.chosen.connect.families_apart = !apart;  // concerns the system's lookups alone
        CHECK(test.lookups.choose_families(test.core) == apart);
    }
    test.core.chosen.connect.family = address_family::v6;
    CHECK_FALSE(test.lookups.choose_families(test.core));  // there is but one
}

TEST_CASE("name lookups: they have begun when a resolver has been asked, and not before") {
    rig test;
    CHECK_FALSE(test.lookups.began());
    REQUIRE_FALSE(test.ask("server.test"));
    test.lookups.forget();
    CHECK(test.lookups.began() == std::chrono::nanoseconds(0));
}

}  // namespace uplink::tests
