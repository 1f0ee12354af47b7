// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The same rows three times: as Markdown, as a plot, and as the plain table that bounds are taken from.
#include "counts_table.hpp"

#include "figures.hpp"
#include "plot.hpp"
#include "sandbox.hpp"
#include "workloads.hpp"

#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace uplink::benchmark {

namespace {

/// Instructions differ a little between releases of the compiler and of the C library.
constexpr double room_for_instructions = 1.05;
/// Calls and allocations do not; this is for what happens once in a run.
constexpr double room_for_calls = 0.02;

std::string names_of(const count_row& row) {
    std::string text;
    for (const auto& [name, calls] : row.names) {
        if (!text.empty()) text += ", ";
        text += name;
        if (calls < 0.99 || calls > 1.01) text += " " + figure(calls);
    }
    return text;
}

std::string cell(const std::optional<double>& value) { return value ? figure(*value) : "-"; }

/// Without the commas that people want.
std::string field(const std::optional<double>& value, int digits) {
    if (!value) return "-";
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << *value;
    return text.str();
}

bool over(const std::string& bound, const std::optional<double>& value, double factor, double addend) {
    return bound != "-" && value && *value > std::stod(bound) * factor + addend;
}

/// The bars of one workload and one count, where there is any.
void add_bars(std::vector<bar_group>& groups, const std::vector<count_row>& rows, const std::string& workload,
              const char* title, std::optional<double> count_row::*count) {
    bar_group group{workload + ": " + title, {}};
    for (const count_row& row : rows) {
        const std::optional<double>& value = row.*count;
        if (row.workload == workload && value)
            group.bars.push_back({row.client, {*value, *value, *value}, cell(value)});
    }
    if (!group.bars.empty()) groups.push_back(std::move(group));
}

}  // namespace

void write_counts(const settings& wishes, const std::vector<count_row>& rows, bool own_network) {
    std::ostringstream text;
    text << "Counts of one operation; " << describe_machine() << (own_network ? ", a network of its own" : "")
         << ".\n\n"
         << "| workload | client | system calls | user instructions | allocations | which calls |\n"
         << "|---|---|---:|---:|---:|---|\n";
    for (const count_row& row : rows) {
        text << "| " << row.workload << " | " << row.client << " | " << cell(row.system_calls) << " | "
             << cell(row.instructions) << " | " << cell(row.allocations) << " | " << names_of(row) << " |\n";
    }
    std::cout << text.str();
    std::filesystem::create_directories(wishes.output);
    std::ofstream(wishes.output / "counts.md") << text.str();
    std::ofstream bounds(wishes.output / "counts.tsv");
    for (const count_row& row : rows) {
        bounds << row.workload << '\t' << row.client << '\t' << field(row.system_calls, 2) << '\t'
               << field(row.instructions, 0) << '\t' << field(row.allocations, 2) << '\n';
    }
    std::vector<bar_group> groups;
    std::string last;
    for (const count_row& row : rows) {
        if (row.workload == last) continue;
        last = row.workload;
        add_bars(groups, rows, last, "system calls", &count_row::system_calls);
        add_bars(groups, rows, last, "user instructions", &count_row::instructions);
        add_bars(groups, rows, last, "allocations", &count_row::allocations);
    }
    write_bars(wishes.output / "counts.svg", "What one operation takes", groups);
}

int check_counts(const std::filesystem::path& bounds, const std::vector<count_row>& rows) {
    std::ifstream lines(bounds);
    int compared = 0;
    int passed = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream fields(line);
        std::string workload, client, calls, instructions, allocations;
        std::getline(fields, workload, '\t');
        std::getline(fields, client, '\t');
        std::getline(fields, calls, '\t');
        std::getline(fields, instructions, '\t');
        std::getline(fields, allocations, '\t');
        for (const count_row& row : rows) {
            if (row.workload != workload || row.client != client) continue;
            ++compared;
            if (over(calls, row.system_calls, 1, room_for_calls) ||
                over(instructions, row.instructions, room_for_instructions, 0) ||
                over(allocations, row.allocations, 1, room_for_calls)) {
                ++passed;
                std::cout << "over its bounds: " << workload << ", " << client << ": at most " << calls
                          << " calls, " << instructions << " instructions, " << allocations
                          << " allocations\n";
            }
        }
    }
    std::cout << compared << " rows compared with " << bounds.string() << ", " << passed
              << " over their bounds\n";
    return compared == 0 || passed > 0 ? 1 : 0;
}

}  // namespace uplink::benchmark
