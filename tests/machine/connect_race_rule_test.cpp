// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The connect race beyond the table: the corners of the start rule (tests/faults.md), that rule against an
// independent formula on random races, a stop at every step of every race, and what the record says of lookups.
#include <uplink/detail/machine/connect_race.hpp>

#include "support/catch.hpp"
#include "support/connect_race_row.hpp"
#include "support/connect_race_rows.hpp"
#include "support/connect_race_rule_rows.hpp"
#include "support/connect_race_simulation.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

constexpr auto forever = nanoseconds::max();

TEST_CASE("the corners of the start rule") {
    for (const race_row& row : connect_race_rule_rows()) {
        INFO(row.title());
        const race_simulation race(row);
        CHECK(race.starts == row.starts);
        CHECK(race.winner == row.winner);
        CHECK(race.error == row.error);
        CHECK(race.end == row.end);
        if (row.peak) CHECK(race.peak == *row.peak);
    }
}

TEST_CASE("unreachable is no route, no network, no such family and no such address, in any category") {
    using uplink::detail::is_merely_unreachable;
    for (const error_code ec :
         {error_code(net::error::network_unreachable),
          make_error_code(uplink::generic_errc::network_unreachable),
          error_code(net::error::host_unreachable), make_error_code(uplink::generic_errc::host_unreachable),
          error_code(net::error::network_down), make_error_code(uplink::generic_errc::network_down),
          error_code(net::error::address_family_not_supported),
          make_error_code(uplink::generic_errc::address_family_not_supported),
          error_code(EADDRNOTAVAIL, net::error::get_system_category()),
          make_error_code(uplink::generic_errc::address_not_available)}) {
        CHECK(is_merely_unreachable(ec));
    }
    for (const error_code ec :
         {error_code(net::error::connection_refused), error_code(net::error::address_in_use),
          error_code(net::error::access_denied), error_code(errc::self_connect), error_code()}) {
        CHECK_FALSE(is_merely_unreachable(ec));
    }
}

TEST_CASE("a stop at any step of any race closes everything once and starts nothing more") {
    std::vector<race_row> rows = connect_race_rows();
    for (const race_row& row : connect_race_rule_rows()) rows.push_back(row);
    std::size_t steps = 0;
    for (const race_row& row : rows) {
        INFO(row.title());
        const std::size_t calls = race_simulation(row).calls;
        for (std::size_t step = 0; step != calls; ++step, ++steps) {
            INFO("stopped before call " << step);
            const race_simulation race(row, step);  // checks closes, starts and the record
            CHECK(race.stopped);
            if (race.error != error_code(net::error::operation_aborted)) {  // then it had been decided before
                CHECK(race.winner == row.winner);
                CHECK(race.error == row.error);
                CHECK(race.end == row.end);
            }
        }
    }
    CHECK(steps > 1000);
}

/// The start rule as a formula, for races in which no start depends on a limit, a lookup or max_parallel: the
/// next start is max(last start + gap, min(last start + attempt delay, failure of the latest attempt)), with a
/// gap of 0 after a failure and else of 10 ms.
struct reckoned_race {
    std::vector<race_start> starts{};
    std::string winner{};
    nanoseconds end{};

    reckoned_race(const race_list& list, nanoseconds attempt_delay) {
        const auto never = forever;
        nanoseconds start{}, best = never, last_failure{};
        for (const race_address& address : list) {
            if (start >= best) break;  // a connection goes before the timer
            starts.push_back({address.name(), start});
            const nanoseconds done = start + address.behaviour.after;
            const bool accepts = address.behaviour.does == race_behaviour::kind::accept;
            if (accepts && done < best) {
                best = done;
                winner = address.name();
            }
            if (!accepts) last_failure = std::max(last_failure, done);
            const nanoseconds failure = accepts ? never : done;
            const nanoseconds gap = failure <= start + attempt_delay ? 0ms : 10ms;
            start = std::max(start + gap, std::min(start + attempt_delay, failure));
        }
        end = best == never ? last_failure : best;
    }
};

TEST_CASE("random races follow the formula of the start rule") {
    std::mt19937 random(8305);
    const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
    for (int round = 0; round != 3000; ++round) {
        race_row row{.source = race_source::list,
                     .attempt_delay = milliseconds(10.0 * double(1 + below(30)))};
        const std::size_t count = 1 + below(8);
        for (std::size_t i = 0; i != count; ++i) {
            const bool accepts = below(4) == 0;
            const nanoseconds after = milliseconds(below(3) == 0 ? 0.0 : 10.0 * double(below(80)));
            row.list.push_back(
                {address_family::v4,
                 i,
                 {accepts ? race_behaviour::kind::accept : race_behaviour::kind::refuse, after}});
        }
        const race_simulation race(row);
        const reckoned_race reckoned(row.list, row.attempt_delay);
        CAPTURE(round);
        REQUIRE(race.starts == reckoned.starts);
        REQUIRE(race.winner == reckoned.winner);
        REQUIRE(race.end == reckoned.end);
    }
}

TEST_CASE("the record says when the last answer that was waited for or used came") {
    struct row {
        const char* id;
        nanoseconds lookup;
        error_code error;
    };
    const row rows[] = {
        {"D01", 30ms, {}},
        {"D02", 40ms, {}},
        {"D05", 30ms, {}},
        {"D06", 60ms, {}},
        {"D11", 0ms, {}},
        {"D12", 10ms, {}},
        {"D13", 0ms, {}},
        {"D14", 30ms, {}},
        {"D08", 25ms, net::error::host_not_found},
        {"H03", 0ms, {}},
        {"D16", 20ms, net::error::operation_aborted},
        {"D17", 1000ms, errc::resolve_timeout},
        {"R32", 61ms, {}},
        {"R35", 300ms, {}},
        {"R37", 500ms, {}},
        {"R39", 100ms, {}},
        {"R40", 500ms, {}},
        {"R50", 20ms, net::error::host_not_found_try_again},
        {"R55", 1000ms, errc::resolve_timeout},
        {"R56", 500ms, errc::resolve_timeout},
        {"R57", 0ms, {}},
    };
    std::vector<race_row> races = connect_race_rows();
    for (const race_row& race : connect_race_rule_rows()) races.push_back(race);
    for (const row& expected : rows) {
        INFO(expected.id);
        const auto race =
            std::find_if(races.begin(), races.end(), [&](auto& each) { return each.id == expected.id; });
        REQUIRE(race != races.end());
        const race_simulation simulation(*race);
        CHECK(simulation.report().lookup == expected.lookup);
        CHECK(simulation.report().lookup_error == expected.error);
    }
}

}  // namespace

}  // namespace uplink::tests
