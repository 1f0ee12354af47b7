// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The second half of the tests of connect races: every row of the table through async_connect of the real client
// on the simulated network. The race as a machine is tested in tests/machine; its record is what the client's
// last_connect() has to be.
#include "support/catch.hpp"
#include "support/connect_race_row.hpp"
#include "support/connect_race_rows.hpp"
#include "support/connect_race_rule_rows.hpp"
#include "support/connect_race_simulation.hpp"
#include "support/simulated_race.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

void check_report(const uplink::connect_report& report, const race_row& row) {
    const race_simulation machine(row);
    const auto& expected = machine.report();
    CHECK(report.lookup == expected.lookup);
    CHECK(report.lookup_error == expected.lookup_error);
    CHECK(report.winner == expected.winner);
    REQUIRE(report.attempts.size() == expected.attempts.size());
    for (std::size_t i = 0; i != report.attempts.size(); ++i) {
        INFO("attempt " << i);
        CHECK(report.attempts[i].endpoint == expected.attempts[i].endpoint);
        CHECK(report.attempts[i].start == expected.attempts[i].start);
        CHECK(report.attempts[i].duration == expected.attempts[i].duration);
        CHECK(report.attempts[i].error == expected.attempts[i].error);
    }
    CHECK(report.handshake == 0ns);
    CHECK(report.proxy == 0ns);
    CHECK(report.total == row.end);
    CHECK(report.error == row.error);
}

void check_row(const race_row& row, bool together) {
    uplink::testing::network net;
    net.together(together);
    describe(row, net);
    simulated_race race(row, net);
    CHECK(race.handlers_inside == 0);
    net.run();
    CHECK(race.handlers == 1);
    CHECK(race.starts() == row.starts);
    CHECK(race.error == row.error);
    CHECK(race.winner == row.winner);
    CHECK(race.end == row.end);
    CHECK(race.open == row.open());
    CHECK(race.unfinished == 0);
    if (row.peak) CHECK(net.peak_sockets() == *row.peak);
    CHECK(net.open_sockets() == row.open());
    CHECK(net.pending_operations() == 0);
    for (const auto& attempt : net.attempts()) {
        CHECK(attempt.written == 0);
        CHECK(attempt.read == 0);
        CHECK(attempt.received.empty());
        CHECK_FALSE(attempt.reset);
    }
    const std::size_t questions = row.family == uplink::address_family::any ? 2 : 1;
    CHECK(net.lookups().size() == (row.source == race_source::looked_up ? questions : 0));
    CHECK(race.client().is_open() == !row.winner.empty());
    check_report(race.report(), row);
}

std::vector<race_row> all_rows() {
    std::vector<race_row> rows = connect_race_rows();
    for (race_row& row : connect_race_rule_rows()) rows.push_back(std::move(row));
    return rows;
}

TEST_CASE("every race of the table goes through async_connect as its row says") {
    for (const race_row& row : all_rows()) {
        INFO(row.title());
        if (row.operations == 1) check_row(row, false);
    }
}

TEST_CASE("the races go the same way when all events of an instant are found in one poll") {
    for (const race_row& row : all_rows()) {
        INFO(row.title());
        if (row.operations == 1) check_row(row, true);
    }
}

TEST_CASE("races of several clients at the same time do not touch each other") {
    std::size_t rows = 0;
    for (const race_row& row : all_rows()) {
        if (row.operations == 1) continue;
        INFO(row.title());
        ++rows;
        uplink::testing::network net;
        describe(row, net);
        std::vector<std::unique_ptr<simulated_race>> races;
        for (std::size_t i = 0; i != row.operations; ++i)
            races.push_back(std::make_unique<simulated_race>(row, net));
        net.run();
        CHECK(net.attempts().size() == row.operations * row.starts.size());
        CHECK(net.open_sockets() == row.operations * row.open());
        for (const auto& race : races) {
            CHECK(race->handlers == 1);
            CHECK(race->error == row.error);
            CHECK(race->winner == row.winner);
            CHECK(race->end == row.end);
            check_report(race->report(), row);
        }
        races.clear();
        CHECK(net.open_sockets() == 0);
    }
    CHECK(rows == 1);
}

TEST_CASE("two attempts that connect in the same poll: the first by start is kept, the other closed unread") {
    uplink::testing::network net;
    net.together();
    net.endpoint("192.0.2.1:80").accept(300ms).reply("greeting");
    net.endpoint("192.0.2.2:80").accept(50ms).reply("greeting");
    uplink::async_client<uplink::testing::socket> client(net.get_executor());
    const std::vector<net::ip::tcp::endpoint> both{{net::ip::make_address("192.0.2.1"), 80},
                                                   {net::ip::make_address("192.0.2.2"), 80}};
    std::size_t handlers = 0;
    client.async_connect(both, [&](error_code ec, net::ip::tcp::endpoint endpoint) {
        ++handlers;
        CHECK_FALSE(ec);
        CHECK(endpoint == both[0]);
        CHECK(net.elapsed() == 300ms);
        CHECK(net.open_sockets() == 1);
    });
    net.run();
    CHECK(handlers == 1);
    REQUIRE(net.attempts().size() == 2);
    CHECK(net.attempts()[0].connected);
    CHECK(net.attempts()[1].connected);
    CHECK(net.attempts()[1].read == 0);
    CHECK(net.attempts()[1].written == 0);
    CHECK(net.attempts()[1].closed == 300ms);
    CHECK_FALSE(net.attempts()[0].closed);
    CHECK(client.last_connect().winner == 0U);
    CHECK(client.last_connect().attempts[1].error == error_code(net::error::operation_aborted));
}

}  // namespace

}  // namespace uplink::tests
