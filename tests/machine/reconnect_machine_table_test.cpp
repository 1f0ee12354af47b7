// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The reconnect machine against the table of states that is published in <uplink/reconnecting_client.hpp>: every event
// in every state, by every way that leads into it. `test_machine "[print]"` prints the table, with a mark in each cell.
#include "machine/reconnect_machine_rows.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

/// What has been tried for a cell.
struct reconnect_cell_result {
    std::size_t tried = 0;
    std::vector<std::string> wrong{};

    /// "x": done as published; "no": not done so; "=": the machine can't be told this event in this state.
    const char* mark() const {
        if (!wrong.empty()) return "[no]";
        return tried == 0 ? "[=]" : "[x]";
    }
};

reconnect_cell_result try_cell(const reconnect_row& row, std::size_t column) {
    const reconnect_event& event = reconnect_events()[column];
    const reconnect_cell& cell = row.cells[column];
    reconnect_cell_result result;
    if (!event.can_happen(row.state)) return result;
    for (const reconnect_way& way : reconnect_ways()) {
        if (way.state != row.state) continue;
        for (const bool gives_up : {false, true}) {
            reconnect_rig rig;
            way.go(rig);
            rig.expect(row.state);
            const bool decides = cell.if_given_up && rig.machine.is_judged();
            const reconnect_answer expected = gives_up && decides ? *cell.if_given_up : cell.expected;
            const auto verdict = gives_up ? retry_verdict::stop() : retry_verdict::retry();
            const reconnect_answer answer = event.apply(rig, verdict);
            ++result.tried;
            if (answer == expected) continue;
            std::ostringstream story;
            story << way.name << ", " << event.name << ": " << answer << " instead of " << expected;
            result.wrong.push_back(story.str());
        }
    }
    return result;
}

TEST_CASE("the reconnect machine answers every event in every state as the published table says") {
    std::map<reconnect_state, std::size_t> rows;
    for (const reconnect_row& row : reconnect_rows()) {
        ++rows[row.state];
        for (std::size_t column = 0; column != row.cells.size(); ++column) {
            INFO(name_of(row.state) << " / " << reconnect_events()[column].name);
            const reconnect_cell_result result = try_cell(row, column);
            for (const std::string& wrong : result.wrong) FAIL_CHECK(wrong);
            CHECK((result.tried != 0) == reconnect_events()[column].can_happen(row.state));
        }
    }
    CHECK(rows.size() == 8);
    CHECK(reconnect_rows().size() == 8);
}

TEST_CASE("only the failures of the table's cells \"waiting or failed\" are judged, and no stable loss") {
    for (const reconnect_way& way : reconnect_ways()) {
        INFO(name_of(way.state) << ": " << way.name);
        reconnect_rig rig;
        way.go(rig);
        const bool is_stable_connection = rig.machine.is_stable();
        const bool can_fail = way.state == reconnect_state::connecting ||
                              way.state == reconnect_state::preparing ||
                              (way.state == reconnect_state::connected && !is_stable_connection);
        CHECK(rig.machine.is_judged() == can_fail);
    }
}

/// The table of the rules, for whoever wants to see it.
TEST_CASE("reconnect machine: print the table of states", "[.][print]") {
    const auto print = [](const std::vector<std::vector<std::string>>& lines) {
        std::vector<std::size_t> widths;
        for (const auto& line : lines) {
            widths.resize((std::max)(widths.size(), line.size()));
            for (std::size_t i = 0; i != line.size(); ++i) widths[i] = (std::max)(widths[i], line[i].size());
        }
        for (std::size_t i = 0; i != lines.size(); ++i) {
            for (std::size_t column = 0; column != lines[i].size(); ++column) {
                const std::string& text = lines[i][column];
                std::cout << "| " << text << std::string(widths[column] - text.size() + 1, ' ');
            }
            std::cout << "|\n";
            if (i != 0) continue;
            for (const std::size_t width : widths) std::cout << '|' << std::string(width + 2, '-');
            std::cout << "|\n";
        }
    };
    std::vector<std::vector<std::string>> lines{{"state \\ event"}};
    for (const reconnect_event& event : reconnect_events()) lines.front().emplace_back(event.name);
    std::size_t tried = 0;
    std::size_t wrong = 0;
    for (const reconnect_row& row : reconnect_rows()) {
        auto& line = lines.emplace_back(1, name_of(row.state));
        for (std::size_t column = 0; column != row.cells.size(); ++column) {
            const reconnect_cell_result result = try_cell(row, column);
            line.push_back(std::string(row.cells[column].published) + ' ' + result.mark());
            tried += result.tried;
            wrong += result.wrong.size();
        }
    }
    print(lines);
    std::cout
        << "[x] as the table says, [no] not so, [=] the driver reports the event in the column beside it: "
        << tried << " tries, " << wrong << " of them wrong\n";
    CHECK(wrong == 0);
}

}  // namespace

}  // namespace uplink::tests
