// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Every workload with every client, side by side: one row each, as ratios to the raw client in the same round. A
// goal counts as reached, or not, when both quartiles of the rounds say so.
#include "commands.hpp"
#include "goals.hpp"
#include "plot.hpp"
#include "samples.hpp"
#include "sandbox.hpp"

#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

namespace uplink::benchmark {

namespace {

double wall(const measurement& one) { return one.wall; }
double latency(const measurement& one) { return one.latency; }
double processor(const measurement& one) { return one.processor; }
double peak(const measurement& one) { return one.peak; }
double resident(const measurement& one) { return one.resident; }

/// The client's row, and what is said of it.
struct row {
    const workload& what;
    const task& amount;
    const client_samples& own;
    const client_samples& floor;

    bool is_floor() const { return &own == &floor; }
    bool about_latency() const { return what.form == shape::latency; }
    double each() const { return static_cast<double>(amount.operations); }

    quartiles time_ratio() const { return own.ratio_to(floor, about_latency() ? latency : wall); }
    quartiles processor_ratio() const { return own.ratio_to(floor, processor); }
    quartiles value(measure of) const {
        switch (of) {
        case measure::time: return time_ratio();
        case measure::processor: return processor_ratio();
        case measure::peak: return own.spread_of(peak);
        case measure::resident: {
            const quartiles all = own.spread_of(resident);
            return {all.low / each(), all.middle / each(), all.high / each()};
        }
        }
        return {};
    }

    std::string time() const {
        return about_latency() ? duration(own.spread_of(latency).middle) + " (p99)"
                               : duration(own.spread_of(wall).middle / each());
    }
    std::string memory() const {
        if (what.form == shape::connections) return size(value(measure::resident).middle) + " a connection";
        return size(own.spread_of(peak).middle);
    }
    std::string remark() const {
        std::string text;
        for (const goal& one : goals) {
            if (one.workload != what.name || one.client != own.client) continue;
            const quartiles found = value(one.what);
            if (one.what == measure::peak && amount.bytes != what.full.bytes)
                continue;  // a bound for that size
            const bool bytes = one.what == measure::peak || one.what == measure::resident;
            text += std::string(text.empty() ? "" : "; ") + label(one.what) + " at most " +
                    (bytes ? size(one.bound) : figure(one.bound)) + ": " + verdict(found, one.bound);
        }
        if (text.empty() && !is_floor() && own.rounds.size() > 2 && time_ratio().low <= 1 &&
            time_ratio().high >= 1) {
            return "cannot be told from raw";
        }
        return text;
    }

private:
    std::string verdict(const quartiles& found, double bound) const {
        if (own.rounds.size() < 3) return "too few rounds to tell";
        if (found.high <= bound) return "reached";
        return found.low > bound ? "**not reached**" : "within noise";
    }
    static std::string label(measure of) {
        switch (of) {
        case measure::time: return "time";
        case measure::processor: return "processor";
        case measure::peak: return "memory";
        case measure::resident: return "memory";
        }
        return {};
    }
};

std::string show(const row& one) {
    std::ostringstream text;
    text << "| " << one.what.name << " | " << one.own.client << " | ";
    if (!one.own.any()) {
        text << "failed | - | - | - | - | - | |\n";
        return text.str();
    }
    const quartiles ratio = one.time_ratio();
    text << one.time() << " | " << figure(ratio.middle) << " | " << figure(ratio.low) << " .. "
         << figure(ratio.high) << " | " << duration(one.own.spread_of(processor).middle / one.each()) << " | "
         << figure(one.processor_ratio().middle) << " | " << one.memory() << " | " << one.remark() << " |\n";
    return text.str();
}

}  // namespace

int compare_times(const settings& wishes) {
    const bool alone = enter_own_network();
    std::optional<wakefulness> awake;
    if (wishes.awake) awake.emplace(choose_processors());
    std::ostringstream text;
    text
        << describe_machine() << (alone ? ", a network of its own" : "") << ", " << wishes.rounds << " rounds"
        << (wishes.quick ? ", small amounts" : "") << (wishes.awake ? ", processors kept awake" : "")
        << ".\n\n"
        << "| workload | client | time each | x raw | quartiles | processor each | x raw | peak memory | goal |\n"
        << "|---|---|---:|---:|---|---:|---:|---:|---|\n";
    std::string titles;
    std::vector<bar_group> groups;
    bool failed = false;
    for (const workload& what : workloads()) {
        if (!wishes.wants_workload(what.name)) continue;
        const task amount = what.amount(wishes.quick);
        const std::vector<client_samples> all = measure_rounds(wishes, what, amount);
        titles += "- " + std::string(what.name) + ": " + std::string(what.title) + "\n";
        bar_group group{std::string(what.name) + ": " + std::string(what.title), {}};
        for (const client_samples& own : all) {
            const row one{what, amount, own, all.front()};
            text << show(one);
            failed = failed || !own.any();
            const quartiles ratio = one.time_ratio();
            if (own.any())
                group.bars.push_back({std::string(own.client), ratio, figure(ratio.middle) + " x"});
        }
        groups.push_back(std::move(group));
    }
    text << '\n'
         << (missing_peers().empty() ? "" : "Not found when this was built:") << missing_peers() << "\n\n"
         << titles;
    std::cout << text.str();
    std::filesystem::create_directories(wishes.output);
    std::ofstream(wishes.output / "times.md") << text.str();
    write_bars(wishes.output / "times.svg", "Time as a ratio to raw sockets: median and quartiles", groups);
    return failed ? 1 : 0;
}

}  // namespace uplink::benchmark
