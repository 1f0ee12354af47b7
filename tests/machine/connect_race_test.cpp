// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The connect race against the table of races, data/connect_races.tsv: each of its rows has an encoded one
// that goes as the row says, and the encoding is held against every cell of the file that can be parsed.
#include <uplink/detail/machine/connect_race.hpp>

#include "support/catch.hpp"
#include "support/connect_race_row.hpp"
#include "support/connect_race_rows.hpp"
#include "support/connect_race_simulation.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

struct file_row {
    std::string id, list, result, starts, end;
};

std::vector<file_row> read_file() {
    std::ifstream in(UPLINK_TEST_DATA_DIR "/connect_races.tsv");
    REQUIRE(in);
    std::vector<file_row> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#' || line.rfind("id\t", 0) == 0) continue;
        std::vector<std::string> cells;
        std::istringstream columns(line);
        for (std::string cell; std::getline(columns, cell, '\t');) cells.push_back(cell);
        const bool lookups = line.front() == 'D';
        REQUIRE(cells.size() >= (lookups ? 5U : 6U));
        if (lookups) rows.push_back({cells[0], "", cells[2], cells[3], cells[4]});
        else rows.push_back({cells[0], cells[1], cells[3], cells[4], cells[5]});
    }
    return rows;
}

std::vector<std::string> split(std::string text, const std::string& separator) {
    std::vector<std::string> parts;
    for (std::size_t at; (at = text.find(separator)) != std::string::npos;
         text.erase(0, at + separator.size())) {
        parts.push_back(text.substr(0, at));
    }
    parts.push_back(text);
    return parts;
}

/// The part of a cell that speaks of the given one of several variants ("200 / 250"), without remarks.
std::string part_of(const std::string& cell, std::size_t variant, std::size_t variants) {
    const auto parts = split(cell, " / ");
    std::string part = parts.size() == variants ? parts[variant] : cell;
    for (std::size_t at; (at = part.find(" (")) != std::string::npos;)
        part.erase(at, part.find(')', at) + 1 - at);
    return part;
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_address(const std::string& text) {
    return text.size() == 2 && (text[0] == '4' || text[0] == '6') && text[1] >= 'a' && text[1] <= 'z';
}

std::optional<bool> starts_match(const std::string& cell, const race_row& row) {
    std::vector<race_start> starts;
    for (const std::string& piece : split(cell, ",")) {
        std::istringstream words(piece);
        const std::vector<std::string> word{std::istream_iterator<std::string>(words), {}};
        if (word.empty() || word.size() > 2 || !is_number(word.back())) return {};
        if (word.size() == 2 && !is_address(word[0])) return {};
        const std::size_t n = starts.size();
        const std::string unnamed = n < row.starts.size() ? row.starts[n].name : "more than encoded";
        starts.push_back({word.size() == 2 ? word[0] : unnamed, milliseconds(std::stod(word.back()))});
    }
    return starts == row.starts;
}

std::optional<bool> end_matches(const std::string& cell, const race_row& row) {
    const std::string time = cell.substr(0, cell.find_first_of(",;"));
    if (!is_number(time)) return {};
    return milliseconds(std::stod(time)) == row.end;
}

std::optional<bool> result_matches(const std::string& cell, const race_row& row) {
    const std::vector<std::string> ordinals = {"1st", "2nd", "3rd", "4th"};
    const auto ordinal = std::find(ordinals.begin(), ordinals.end(), cell);
    const auto says = [&](const char* word) { return cell.find(word) != std::string::npos; };
    if (is_address(cell)) return row.winner == cell;
    if (ordinal != ordinals.end()) {
        return row.winner == row.list.at(static_cast<std::size_t>(ordinal - ordinals.begin())).name();
    }
    if (cell == "first" || cell == "it") return row.winner == row.list.at(0).name();
    if (cell == "v4" || cell == "v6") return row.winner.substr(0, 1) == cell.substr(1);
    if (!row.winner.empty()) return {};
    if (says("aborted")) return row.error == uplink::condition::cancelled;
    if (says("timed_out")) return row.error == uplink::condition::timeout;
    if (says("not_found") || says("refused") || says("error") || says("aggregate")) return bool(row.error);
    return {};
}

/// Where every address of the cell has its behaviour beside it.
std::optional<bool> list_matches(const std::string& cell, const race_row& row) {
    std::vector<race_behaviour> behaviours;
    std::istringstream words(cell);
    for (std::string word; words >> word;) {
        if (word.back() == ',') word.pop_back();
        const bool timed = word.size() > 1 && (word[0] == 'A' || word[0] == 'R') && is_number(word.substr(1));
        if (timed || word == "B" || word == "S!") behaviours.push_back(race_list::behaviour(word));
    }
    if (behaviours.empty() || behaviours.size() != row.list.size()) return {};
    for (std::size_t i = 0; i != behaviours.size(); ++i) {
        race_behaviour encoded = row.list[i].behaviour;
        if (encoded.does == race_behaviour::kind::unusable) encoded.does = race_behaviour::kind::accept;
        if (encoded.does != behaviours[i].does || encoded.after != behaviours[i].after) return false;
    }
    return true;
}

TEST_CASE("the encoded races are those of the file") {
    std::map<std::string, std::vector<race_row>> encoded;
    for (const race_row& row : connect_race_rows()) encoded[row.id].push_back(row);
    std::map<std::string, std::set<std::string>> prose;  // by column, the rows that no parser understands
    std::size_t lists = 0;
    std::set<std::string> ids;
    for (const file_row& expected : read_file()) {
        INFO("row " << expected.id);
        CHECK(ids.insert(expected.id).second);
        const auto& variants = encoded[expected.id];
        CHECK_FALSE(variants.empty());
        for (std::size_t i = 0; i != variants.size(); ++i) {
            const race_row& row = variants[i];
            INFO("variant " << row.variant);
            const auto check = [&](const char* column, const std::string& cell, auto matches) {
                const std::optional<bool> match = matches(part_of(cell, i, variants.size()), row);
                INFO(column << ": " << cell);
                if (match) CHECK(*match);
                else prose[column].insert(row.id);
            };
            check("starts", expected.starts, starts_match);
            // H57's 280 is the end of the TLS handshake; its race ends at 260, as the notes say.
            check("end", row.id == "H57" ? "260" : expected.end, end_matches);
            check("result", expected.result, result_matches);
            if (const auto match = list_matches(part_of(expected.list, i, variants.size()), row)) {
                CHECK(*match);
                ++lists;
            }
        }
    }
    CHECK(ids.size() == 62);
    CHECK(encoded.size() ==
          ids.size());  // encoded[] made those that were missing, and CHECK found them empty
    using set = std::set<std::string>;
    CHECK(prose["starts"] == set{"D08", "D16", "D17", "H15", "H31", "H35", "H45", "H68"});
    CHECK(prose["end"] == set{"H31", "H45", "H68"});
    CHECK(prose["result"] == set{"H31", "H68"});
    CHECK(lists >= 40);
}

TEST_CASE("every race of the file goes as its row says") {
    for (const race_row& row : connect_race_rows()) {
        INFO(row.title());
        for (std::size_t operation = 0; operation != row.operations; ++operation) {
            const race_simulation race(row);
            CHECK(race.starts == row.starts);
            CHECK(race.winner == row.winner);
            CHECK(race.error == row.error);
            CHECK(race.end == row.end);
            CHECK(race.open == row.open());
            if (row.peak) CHECK(race.peak == *row.peak);
            const std::size_t lookups = row.family == uplink::address_family::any ? 2 : 1;
            CHECK(race.looked_up.size() == (row.source == race_source::looked_up ? lookups : 0));
        }
    }
}

}  // namespace

}  // namespace uplink::tests
