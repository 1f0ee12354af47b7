// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a unit costs as there are more of them: bytes of one response, connections, sends that wait. Level lines
// mean that the cost of one does not depend on how many there are.
#include "commands.hpp"
#include "plot.hpp"
#include "samples.hpp"
#include "sandbox.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <sys/sysinfo.h>

namespace uplink::benchmark {

namespace {

/// One thing that grows, over a workload that it is measured with. Many small ones are measured in a row.
struct growing {
    const char* name;
    const char* unit;
    std::string_view workload;
    bool counts_bytes;
    std::uint64_t first;
    std::uint64_t factor;
    std::uint64_t last;
    std::uint64_t last_quick;
    double (*memory)(const measurement&);
    task (*amount)(std::uint64_t units);
};

constexpr std::uint64_t mebi = 1024 * 1024;

double peak(const measurement& one) { return one.peak; }
double resident(const measurement& one) { return one.resident; }

const growing kinds[] = {
    {"response", "bytes", "W1-64M-fresh", true, 4096, 4, 4096 * mebi, 64 * mebi, peak,
     [](std::uint64_t bytes) {
         return task{.operations = std::clamp<std::uint64_t>(256 * mebi / bytes, 1, 2'000),
                     .bytes = bytes,
                     .fresh = true,
                     .floor_fresh = true};
     }},
    {"connections", "connections", "W5", false, 1, 10, 10'000, 1'000, resident,
     [](std::uint64_t count) {
         return task{.operations = count,
                     .at_once = static_cast<std::size_t>(std::min<std::uint64_t>(count, 256))};
     }},
    {"queue", "sends waiting", "W2-small", false, 1, 10, 1'000'000, 10'000, peak,
     [](std::uint64_t count) {
         return task{.operations = std::max<std::uint64_t>(count, 100'000),
                     .at_once = static_cast<std::size_t>(count)};
     }},
};

/// Room for the response and what it is copied from while it grows.
bool fits_in_memory(const growing& kind, std::uint64_t units) {
    struct sysinfo system {};
    ::sysinfo(&system);
    return !kind.counts_bytes || units * 3 < system.freeram * system.mem_unit;
}

/// How many units a run of this amount is, in time: bytes, or operations.
double units_of(const growing& kind, const task& amount) {
    const auto operations = static_cast<double>(amount.operations);
    return kind.counts_bytes ? operations * static_cast<double>(amount.bytes) : operations;
}

class growth_table {
public:
    growth_table(const settings& wishes, const growing& kind)
        : kind_(kind), time_{std::string("Time a unit, ns: ") + kind.name, kind.unit, {}},
          memory_{std::string("Memory a unit, bytes: ") + kind.name, kind.unit, {}} {
        const std::uint64_t last = wishes.quick ? kind.last_quick : kind.last;
        for (std::uint64_t units = kind.first; units <= last; units *= kind.factor) add(wishes, units);
    }
    const std::string& text() const noexcept { return text_; }
    const line_chart& time() const noexcept { return time_; }
    const line_chart& memory() const noexcept { return memory_; }

private:
    void add(const settings& wishes, std::uint64_t units) {
        const std::string start =
            std::string("| ") + kind_.name + " | " + figure(static_cast<double>(units)) + " | ";
        if (!fits_in_memory(kind_, units)) {
            text_ += start + "- | too little memory | |\n";
            return;
        }
        const task amount = kind_.amount(units);
        for (const client_samples& one : measure_rounds(wishes, find_workload(kind_.workload), amount)) {
            if (!one.any()) continue;
            const double all = units_of(kind_, amount);
            const quartiles time = one.spread_of([](const measurement& run) { return run.wall; });
            const double memory = one.spread_of(kind_.memory).middle / static_cast<double>(units);
            text_ += start + std::string(one.client) + " | " + duration(time.middle / all) + " (" +
                     duration(time.low / all) + " .. " + duration(time.high / all) + ") | " + figure(memory) +
                     " |\n";
            point(time_, one.client, units, time.middle / all * 1e9);
            point(memory_, one.client, units, memory);
        }
    }
    static void point(line_chart& chart, std::string_view client, std::uint64_t units, double value) {
        auto place = std::find_if(chart.lines.begin(), chart.lines.end(),
                                  [&](const line& one) { return one.label == client; });
        if (place == chart.lines.end()) place = chart.lines.insert(place, {std::string(client), {}});
        place->points.emplace_back(static_cast<double>(units), value);
    }

    const growing& kind_;
    line_chart time_;
    line_chart memory_;
    std::string text_{};
};

}  // namespace

int show_growth(const settings& given) {
    const bool alone = enter_own_network();
    settings wishes = given;
    if (wishes.clients.empty()) wishes.clients = {"asio", "uplink"};  // and the floor
    std::ostringstream text;
    text
        << describe_machine() << (alone ? ", a network of its own" : "") << ", " << wishes.rounds
        << " rounds.\n\n"
        << "| what grows | to | client | time a unit (quartiles) | memory a unit, bytes |\n|---|---:|---|---:|---:|\n";
    std::vector<line_chart> charts;
    for (const growing& kind : kinds) {
        if (!wishes.wants_workload(kind.workload) && !wishes.wants_workload(kind.name)) continue;
        const growth_table table(wishes, kind);
        text << table.text();
        charts.push_back(table.time());
        charts.push_back(table.memory());
    }
    std::cout << text.str();
    std::filesystem::create_directories(wishes.output);
    std::ofstream(wishes.output / "growth.md") << text.str();
    write_lines(wishes.output / "growth.svg", "The cost of one, as there are more", charts);
    return 0;
}

}  // namespace uplink::benchmark
