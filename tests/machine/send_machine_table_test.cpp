// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The send machine against its table, data/send_machine.tsv: every event in every state.

#include "support/catch.hpp"

#include "machine/send_machine_rows.hpp"

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using send_pair = std::pair<std::string, std::string>;  ///< state and event

struct send_answer {
    std::string steps, then;

    friend bool operator==(const send_answer&, const send_answer&) = default;
    friend std::ostream& operator<<(std::ostream& out, const send_answer& answer) {
        return out << answer.steps << " | " << answer.then;
    }
};

send_answer play(const send_state& state, const send_event& event) {
    send_rig rig(state.writes_now);
    state.build(rig);
    rig.steps();
    if (!event.can_happen(rig)) return {"-", "-"};
    event.apply(rig);
    send_answer answer;
    answer.steps = rig.steps();
    answer.then = rig.state();
    return answer;
}

/// Pairs that stand in the file twice are checked here.
std::map<send_pair, send_answer> read_send_table() {
    std::ifstream in(UPLINK_TEST_DATA_DIR "/send_machine.tsv");
    REQUIRE(in);
    std::map<send_pair, send_answer> table;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        std::vector<std::string> cells;
        std::istringstream columns(line);
        for (std::string cell; std::getline(columns, cell, '\t');) cells.push_back(cell);
        INFO(line);
        REQUIRE(cells.size() == 4);
        if (cells[0] == "state") continue;
        CHECK(table.emplace(send_pair(cells[0], cells[1]), send_answer{cells[2], cells[3]}).second);
    }
    return table;
}

TEST_CASE("the send machine answers every event in every state as its table says") {
    std::map<send_pair, send_answer> table = read_send_table();
    for (const send_state& state : send_states()) {
        for (const send_event& event : send_events()) {
            INFO(state.name << " / " << event.name);
            const auto row = table.find({state.name, event.name});
            CHECK(row != table.end());
            if (row == table.end()) continue;
            CHECK(play(state, event) == row->second);
            table.erase(row);
        }
    }
    for (const auto& [pair, answer] : table) {
        INFO(pair.first << " / " << pair.second << " is in the table, and no such state or event is known");
        CHECK(answer.steps.empty());
    }
}

TEST_CASE("every state of the send machine's table is another, and so is every event") {
    std::map<std::string, int> names;
    for (const send_state& state : send_states()) ++names[state.name];
    for (const send_event& event : send_events()) ++names[event.name];
    for (const auto& [name, count] : names) {
        INFO(name);
        CHECK(count == 1);
    }
}

/// For whoever changes a rule: the rows to read and to put into the file.
TEST_CASE("send machine: print the rows of the table", "[.]") {
    for (const send_state& state : send_states()) {
        for (const send_event& event : send_events()) {
            const send_answer answer = play(state, event);
            std::cout << state.name << '\t' << event.name << '\t' << answer.steps << '\t' << answer.then
                      << '\n';
        }
    }
}

}  // namespace

}  // namespace uplink::tests
