// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receive machine against data/receive_machine.tsv: every event in every state.
#include "machine/receive_machine_script.hpp"
#include "machine/receive_machine_states.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

struct receive_row {
    std::string state, event, steps;
};

std::vector<receive_row> read_receive_rows() {
    std::ifstream in(UPLINK_TEST_DATA_DIR "/receive_machine.tsv");
    REQUIRE(in);
    std::vector<receive_row> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#' || line.rfind("state\t", 0) == 0) continue;
        receive_row row;
        std::istringstream columns(line);
        std::getline(columns, row.state, '\t');
        std::getline(columns, row.event, '\t');
        std::getline(columns, row.steps);
        rows.push_back(row);
    }
    return rows;
}

std::string steps_of(const receive_state& state, std::string_view event) {
    receive_script script = state.make();
    script.play(event);
    return script.seen();
}

TEST_CASE("the receive table has each event that can happen in each state once, and no other") {
    std::set<std::string> names;
    for (const receive_state& state : receive_states()) {
        INFO(state.name);
        CHECK(names.insert(std::string(state.name)).second);
    }
    std::set<std::pair<std::string, std::string>> written;
    for (const receive_row& row : read_receive_rows()) {
        INFO(row.state << ": " << row.event);
        CHECK(written.emplace(row.state, row.event).second);
    }
    std::set<std::pair<std::string, std::string>> possible;
    for (const receive_state& state : receive_states()) {
        const receive_script script = state.make();
        for (const std::string_view event : receive_script::events()) {
            if (script.can_play(event)) possible.emplace(state.name, event);
        }
    }
    std::vector<std::pair<std::string, std::string>> missing, too_many;
    std::set_difference(possible.begin(), possible.end(), written.begin(), written.end(),
                        std::back_inserter(missing));
    std::set_difference(written.begin(), written.end(), possible.begin(), possible.end(),
                        std::back_inserter(too_many));
    CHECK(missing.empty());
    CHECK(too_many.empty());
    for (const auto& [state, event] : missing) FAIL_CHECK("missing: " << state << ": " << event);
    for (const auto& [state, event] : too_many) FAIL_CHECK("can't happen: " << state << ": " << event);
}

TEST_CASE("the receive machine takes each event in each state as its row says") {
    std::map<std::string_view, const receive_state*> states;
    for (const receive_state& state : receive_states()) states[state.name] = &state;
    for (const receive_row& row : read_receive_rows()) {
        INFO(row.state << ": " << row.event);
        const auto state = states.find(row.state);
        REQUIRE(state != states.end());
        CHECK(steps_of(*state->second, row.event) == row.steps);
    }
}

TEST_CASE("receive table: prints its rows", "[.]") {
    for (const receive_state& state : receive_states()) {
        const receive_script script = state.make();
        for (const std::string_view event : receive_script::events()) {
            if (!script.can_play(event)) continue;
            std::cout << state.name << '\t' << event << '\t' << steps_of(state, event) << '\n';
        }
    }
}

}  // namespace

}  // namespace uplink::tests
