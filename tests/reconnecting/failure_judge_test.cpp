// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/reconnecting/failure_judge.hpp>

#include "support/catch.hpp"

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using detail::failure_kind;

struct test_report {
    struct attempt {
        error_code error;
    };
    std::vector<attempt> attempts;
};
struct test_client {
    using connect_report_type = test_report;
    test_report report;
    const test_report& last_connect() const { return report; }
};
using judge_type = detail::failure_judge<test_client>;

const error_code refused = net::error::connection_refused;

struct asked_judge {
    detail::judged_failure ask(const error_code& ec = refused) {
        return judge->ask(machine, failure_kind::attempt, ec, false, report);
    }
    reconnect_options options{};
    detail::reconnect_machine machine{options, 1, 1, {}};
    test_report report{};
    std::unique_ptr<judge_type> judge = std::make_unique<judge_type>();
};

}  // namespace

TEST_CASE("a connection was made if one of the attempts has no error") {
    CHECK_FALSE(detail::was_established(test_client{}));
    CHECK_FALSE(detail::was_established(test_client{{{{refused}}}}));
    CHECK(detail::was_established(test_client{{{{refused}, {error_code()}}}}));
}

TEST_CASE("without a rule of the user the default one judges") {
    asked_judge test;
    CHECK_FALSE(test.ask().verdict.is_stop());
    CHECK(test.ask().error == refused);
    CHECK(test.ask(net::error::invalid_argument).verdict.is_stop());
}

TEST_CASE("the user's rule judges instead, until it is taken away") {
    asked_judge test;
    int calls = 0;
    test.judge->set([&](const error_code& ec, const test_report& report) {
        CHECK(ec == refused);
        CHECK(&report == &test.report);
        ++calls;
        return retry_verdict::stop();
    });
    CHECK(test.ask().verdict.is_stop());
    CHECK(calls == 1);
    test.judge->clear();
    CHECK_FALSE(test.ask().verdict.is_stop());
    CHECK(calls == 1);
    test.judge->set({});
    CHECK_FALSE(test.ask().verdict.is_stop());
}

TEST_CASE("a rule that throws gives up, with an error of its own") {
    asked_judge test;
    test.judge->set(
        [](const error_code&, const test_report&) -> retry_verdict { throw std::runtime_error("no"); });
    const detail::judged_failure seen = test.ask();
    CHECK(seen.verdict.is_stop());
    CHECK(seen.error == net::error::no_recovery);
}

TEST_CASE("a rule may destroy the judge that asks it") {
    asked_judge test;
    test.judge->set([&, copied = std::make_shared<int>(1)](const error_code&, const test_report&) {
        test.judge.reset();
        return *copied == 1 ? retry_verdict::stop() : retry_verdict::retry();
    });
    CHECK(test.ask().verdict.is_stop());
    CHECK(test.judge == nullptr);
}

}  // namespace uplink::tests
