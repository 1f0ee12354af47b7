// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the parts of one connect tell the observer: what has begun ends once, in order, with the codes of the report.
// Without an observer nothing is called.
#include <uplink/connect_report.hpp>
#include <uplink/detail/connect/connect_events.hpp>
#include <uplink/options.hpp>

#include "support/catch.hpp"
#include "support/observed_events.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

const error_code refused = net::error::connection_refused;
const error_code canceled = net::error::operation_aborted;

/// The parts of a client's core that the events of a connect see.
struct reporting_core {
    using report_type = basic_connect_report<net::ip::tcp::endpoint>;
    struct kept_record {
        report_type kept{};
        report_type& report() noexcept { return kept; }
    };

    explicit reporting_core(std::shared_ptr<client_observer> observer) {
        chosen.observer = std::move(observer);
    }

    const client_options& options() const noexcept { return chosen; }
    kept_record& record() noexcept { return record_of_connect; }
    std::uint64_t id() const noexcept { return 7; }

    client_options chosen{};
    kept_record record_of_connect{};
};

/// Does to the report and to the events what the parts of a connect do.
struct told_connect {
    std::shared_ptr<observed_events> observer = std::make_shared<observed_events>();
    reporting_core core{observer};
    detail::connect_events<reporting_core> events{core};

    auto& report() { return core.record().report(); }
    void ask(const std::string& host) { events.lookup_asks(host, "80"); }
    void start_attempt() {
        report().attempts.emplace_back();
        report().attempts.back().endpoint = {net::ip::make_address("192.0.2.1"), 80};
        report().attempts.back().error = net::error::in_progress;
        events.attempt_started(report().attempts.size() - 1);
    }
    void end_attempt(std::size_t index, const error_code& ec = {}) {
        report().attempts.at(index).error = ec;
        events.attempt_ended(index);
    }
    void end(const error_code& ec = {}) {
        report().error = ec;
        events.connect_ended();
    }

    const lines& told() const {
        for (const std::string& failure : observer->failures) FAIL_CHECK(failure);
        CHECK(observer->id == 7);
        return observer->lines;
    }
};

}  // namespace

TEST_CASE("connect events: two questions are one lookup, which ends with the last answer", "[observer]") {
    told_connect test;
    test.ask("server.test");
    test.ask("server.test");
    test.events.lookup_answered(2);
    test.start_attempt();  // the other family may still be answered
    CHECK(test.told() == lines{"lookup of server.test 80", "attempt 0 at 192.0.2.1:80"});
    test.events.lookup_answered(1);
    CHECK(test.told().back() == "lookup: 3");
    test.end_attempt(0);
    test.events.lookups_forgotten(true);  // it has ended already
    test.end();
    CHECK(test.told() == lines{"lookup of server.test 80", "attempt 0 at 192.0.2.1:80", "lookup: 3",
                               "attempt 0: ok", "connect: ok"});
}

TEST_CASE("connect events: before the first attempt a further question goes on with the lookup",
          "[observer]") {
    told_connect test;
    test.ask("server.test");
    test.events.lookup_answered(1);
    test.events.lookups_forgotten(false);  // the proxy is looked up next
    test.ask("proxy.test");
    test.events.lookup_answered(1);
    CHECK(test.told() == lines{"lookup of server.test 80"});
    test.start_attempt();
    CHECK(test.told() == lines{"lookup of server.test 80", "lookup: 2", "attempt 0 at 192.0.2.1:80"});
    test.end_attempt(0);
    test.ask("proxy.test");  // once more, for another address of the server
    test.events.lookup_answered(1);
    test.end();
    CHECK(test.told().size() == 5);
}

TEST_CASE("connect events: answers that nobody waits for any more end the lookup", "[observer]") {
    told_connect test;
    test.ask("server.test");
    test.ask("server.test");
    test.events.lookup_answered(1);
    test.start_attempt();
    test.end_attempt(0);
    test.events.lookups_forgotten(true);
    test.end();
    CHECK(test.told() == lines{"lookup of server.test 80", "attempt 0 at 192.0.2.1:80", "attempt 0: ok",
                               "lookup: 1", "connect: ok"});
}

TEST_CASE("connect events: a lookup that has failed has no addresses", "[observer]") {
    told_connect test;
    test.ask("server.test");
    test.ask("server.test");
    test.events.lookup_answered(1);  // without a local address for them
    test.events.lookup_answered(0);
    test.report().lookup_error = net::error::host_not_found;
    test.events.lookups_forgotten(true);
    test.end(net::error::host_not_found);
    const std::string not_found = error_code(net::error::host_not_found).message();
    CHECK(test.told() == lines{"lookup of server.test 80", "lookup: " + not_found, "connect: " + not_found});
}

TEST_CASE("connect events: attempts, the proxy and the handshake have the codes of the report",
          "[observer]") {
    told_connect test;
    test.start_attempt();
    test.end_attempt(0, refused);
    test.start_attempt();
    test.end_attempt(1);
    test.events.proxy_started();
    test.events.proxy_ended({}, 200);
    test.events.proxy_ended(refused, 503);  // none goes on
    test.events.handshake_started();
    test.events.handshake_ended({});
    test.events.handshake_ended(refused);  // likewise
    test.end();
    CHECK(test.told() == lines{"attempt 0 at 192.0.2.1:80", "attempt 0: " + refused.message(),
                               "attempt 1 at 192.0.2.1:80", "attempt 1: ok", "proxy", "proxy: ok, status 200",
                               "handshake", "handshake: ok", "connect: ok"});
}

TEST_CASE("connect events: a handshake that was given up ends with the error of the connect", "[observer]") {
    told_connect test;
    test.start_attempt();
    test.end_attempt(0);
    test.events.handshake_started();
    test.end(errc::handshake_timeout);
    const std::string late = error_code(errc::handshake_timeout).message();
    CHECK(test.told() == lines{"attempt 0 at 192.0.2.1:80", "attempt 0: ok", "handshake",
                               "handshake: " + late, "connect: " + late});
}

TEST_CASE("connect events: what an abandoned connect leaves going on ends with its error", "[observer]") {
    SECTION("in the lookup") {
        told_connect test;
        test.ask("server.test");
        test.events.connect_abandoned(canceled, 5ms);
        CHECK(test.told() == lines{"lookup of server.test 80", "lookup: " + canceled.message(),
                                   "connect: " + canceled.message()});
        CHECK(test.report().lookup_error == canceled);
        CHECK(test.observer->connects.at(0).total == 5ms);
    }
    SECTION("in the race: those that have failed are left alone") {
        told_connect test;
        for (int i = 0; i != 3; ++i) test.start_attempt();
        test.end_attempt(1, refused);
        test.events.connect_abandoned(canceled, 5ms);
        const lines& told = test.told();
        REQUIRE(told.size() == 7);
        CHECK(told[3] == "attempt 1: " + refused.message());
        CHECK(told[4] == "attempt 0: " + canceled.message());
        CHECK(told[5] == "attempt 2: " + canceled.message());
        CHECK(test.report().attempts[1].error == refused);
    }
    SECTION("in the conversation with the proxy") {
        told_connect test;
        test.start_attempt();
        test.end_attempt(0);
        test.events.proxy_started();
        test.events.connect_abandoned(canceled, 5ms);
        CHECK(test.told().at(3) == "proxy: " + canceled.message() + ", status 0");
        CHECK(test.report().error == canceled);
    }
}

TEST_CASE("connect events: a connect that was refused has its end alone", "[observer]") {
    told_connect test;
    test.events.refused(net::error::invalid_argument);
    CHECK(test.told() == lines{"connect: " + error_code(net::error::invalid_argument).message()});
    CHECK(test.observer->connects.at(0).total == 0ns);
}

TEST_CASE("connect events: nothing is called without an observer, and the report stays as it is",
          "[observer]") {
    reporting_core core(nullptr);
    detail::connect_events<reporting_core> events(core);
    core.record().report().attempts.resize(1);
    events.lookup_asks("server.test", "80");
    events.attempt_started(0);
    events.proxy_started();
    events.handshake_started();
    events.connect_abandoned(canceled, 5ms);
    CHECK_FALSE(core.record().report().error);
    CHECK_FALSE(core.record().report().attempts[0].error);
    CHECK_FALSE(core.record().report().lookup_error);
}

}  // namespace uplink::tests
