// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "table.hpp"

#include "../figures.hpp"

#include <optional>
#include <ostream>

namespace uplink::benchmark {

namespace {

constexpr std::string_view floor_name = "raw OpenSSL";
constexpr std::string_view asio_name = "asio::ssl";

/// What the library is to reach: a ratio to another client in the same round, or, without one, a value of one
/// operation.
struct tls_goal {
    std::string_view workload;
    std::string_view label;
    std::string_view client;
    double (*of)(const measurement&);
    double bound;
};

double wall(const measurement& one) { return one.wall; }
double processor(const measurement& one) { return one.processor; }
double resident(const measurement& one) { return one.resident; }
double calls(const measurement& one) { return static_cast<double>(one.system_calls); }
double allocations(const measurement& one) { return static_cast<double>(one.allocations); }

double openssl_allocations(const measurement& one) { return static_cast<double>(one.openssl_allocations); }

constexpr double third = 1.0 / 3;
constexpr double none = 0.01;  ///< what happens once in a run does not count

constexpr tls_goal tls_goals[] = {
    {"send-1G", "time", floor_name, wall, 1.10},
    {"send-1G", "processor", floor_name, processor, 1.10},
    {"send-1G", "calls", asio_name, calls, 0.25},
    {"receive-1G", "time", floor_name, wall, 1.10},
    {"receive-1G", "processor", floor_name, processor, 1.10},
    {"receive-1G", "calls", asio_name, calls, 0.25},
    {"ping-pong", "time", floor_name, wall, 1.10},
    {"ping-pong", "allocations", {}, allocations, none},
    {"send-small", "allocations", {}, allocations, none},
    {"idle-1000", "memory", asio_name, resident, third},
    {"second-client", "processor", {}, processor, 200e-6},  // it waits for nothing
};

class row {
public:
    row(const tls_rows& rows, const client_samples& own) : rows_(rows), own_(own) {}

    void show(std::ostream& text) const {
        const client_samples& floor = rows_.clients.front();
        text << "| " << rows_.what.name << " | " << own_.client << " | ";
        const quartiles time = own_.ratio_to(floor, wall);
        text << duration(each(wall)) << " | " << figure(time.middle) << " | " << figure(time.low) << " .. "
             << figure(time.high) << " | " << duration(each(processor)) << " | "
             << figure(own_.ratio_to(floor, processor).middle) << " | " << figure(each(calls)) << " | "
             << figure(each(allocations)) << " | " << figure(each(openssl_allocations)) << " | "
             << (rows_.what.form == tls_shape::connections ? size(each(resident)) : "") << " | " << verdicts()
             << " |\n";
    }

private:
    double operations() const { return static_cast<double>(rows_.amount.operations); }
    double each(double (*of)(const measurement&)) const { return own_.spread_of(of).middle / operations(); }
    const client_samples* find(std::string_view name) const {
        for (const client_samples& one : rows_.clients) {
            if (one.client == name) return &one;
        }
        return nullptr;
    }
    quartiles value(const tls_goal& goal) const {
        if (const client_samples* const other = find(goal.client)) return own_.ratio_to(*other, goal.of);
        const quartiles all = own_.spread_of(goal.of);
        return {all.low / operations(), all.middle / operations(), all.high / operations()};
    }
    std::string verdicts() const {
        std::string text;
        if (own_.client != tls_programs().back().name) return text;
        for (const tls_goal& goal : tls_goals) {
            if (goal.workload != rows_.what.name) continue;
            const quartiles found = value(goal);
            const char* const verdict = own_.rounds.size() < 3     ? "too few rounds to tell"
                                        : found.high <= goal.bound ? "reached"
                                        : found.low > goal.bound   ? "**not reached**"
                                                                   : "within noise";
            text += text.empty() ? "" : "; ";
            text += goal.label;
            text += goal.client.empty() ? "" : " x " + std::string(goal.client);
            const auto show = goal.client.empty() && goal.of == processor ? duration : figure;
            text += " " + show(found.middle) + ", at most " + show(goal.bound) + ": " + verdict;
        }
        return text;
    }

    const tls_rows& rows_;
    const client_samples& own_;
};

bool has_any(const client_samples& own) {
    for (const auto& one : own.rounds) {
        if (one) return true;
    }
    return false;
}

}  // namespace

bool show(std::ostream& text, const std::vector<tls_rows>& all) {
    bool succeeded = true;
    text
        << "| workload | client | time each | x raw | quartiles | processor each | x raw | calls each | allocations "
           "each | memory each | goal |\n"
        << "|---|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---|\n";
    for (const tls_rows& rows : all) {
        for (const client_samples& own : rows.clients) {
            if (has_any(own)) row(rows, own).show(text);
            else
                text << "| " << rows.what.name << " | " << own.client
                     << " | - | - | - | - | - | - | - | - | - | |\n";
            succeeded = succeeded && has_any(own);
        }
    }
    text << '\n';
    for (const tls_rows& rows : all) text << "- " << rows.what.name << ": " << rows.what.title << '\n';
    return succeeded;
}

std::string describe_one(const measurement& result, const task& work) {
    const auto each = [&](double value) { return value / static_cast<double>(work.operations); };
    return "time " + duration(result.wall) + ", " + duration(each(result.wall)) + " each; processor " +
           duration(result.processor) + "; calls " + figure(each(calls(result))) + " each; allocations " +
           figure(each(allocations(result))) + " each, OpenSSL's " +
           figure(each(openssl_allocations(result))) + " each; memory " + size(result.peak) + ", at rest " +
           size(each(result.resident)) + " each";
}

}  // namespace uplink::benchmark
