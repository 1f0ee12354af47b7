// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What one operation takes: system calls as strace counts them, user instructions as callgrind does, calls of the
// allocator as this program does. Each client is run twice, for a few operations and for more; the difference is
// what the further operations cost, without what it took to begin. The server pauses before it answers, so that
// tracing does not change which calls find the answer there.
#include "commands.hpp"
#include "counts_table.hpp"
#include "sandbox.hpp"
#include "workloads.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace uplink::benchmark {

namespace {

struct counted_workload {
    const char* name;
    std::uint64_t few;
    std::uint64_t more;
    std::chrono::microseconds pause;
};

constexpr counted_workload counted[] = {
    {"W3", 100, 500, std::chrono::milliseconds(3)},
    {"W4", 50, 250, std::chrono::milliseconds(3)},
    {"W4-new", 50, 250, std::chrono::milliseconds(3)},
    {"W2-small", 32'768, 163'840, std::chrono::microseconds(0)},
};

class tools {
public:
    tools() : strace_(find_program("strace")), valgrind_(find_program("valgrind")) {
        if (strace_.empty()) std::cout << "strace was not found: no system calls are counted.\n";
        if (valgrind_.empty()) std::cout << "valgrind was not found: no instructions are counted.\n";
    }

    /// Calls by name; nothing where there is no strace.
    std::optional<call_counts> calls(const std::vector<std::string>& command) const {
        if (strace_.empty()) return std::nullopt;
        // The table comes after what the program prints: a heading, a line of dashes, the calls, dashes, the sum.
        const std::string text = run({strace_, "-f", "-c", "-U", "name,calls"}, command);
        std::istringstream lines(text);
        std::string line;
        while (std::getline(lines, line) && !line.starts_with("---")) {
        }
        call_counts result;
        while (std::getline(lines, line) && !line.starts_with("---")) {
            std::istringstream words(line);
            std::string name;
            double count = 0;
            if (words >> name >> count) result[name] = count;
        }
        return result;
    }

    std::optional<double> instructions(const std::vector<std::string>& command) const {
        if (valgrind_.empty()) return std::nullopt;
        return figure(run({valgrind_, "--tool=callgrind", "--callgrind-out-file=/dev/null"}, command),
                      "Collected :");
    }

    static double allocations(const std::vector<std::string>& command) {
        return figure(run({}, command), "allocations");
    }

private:
    static std::string run(std::vector<std::string> words, const std::vector<std::string>& command) {
        words.insert(words.end(), command.begin(), command.end());
        program_output result = run_program(words);
        if (!result.succeeded) throw std::runtime_error("failed: " + command[3] + "\n" + result.text);
        return std::move(result.text);
    }
    static double figure(const std::string& text, const std::string& name) {
        const std::size_t place = text.find(name);
        if (place == std::string::npos) throw std::runtime_error("no figure in: " + text);
        return std::strtod(text.c_str() + place + name.size(), nullptr);
    }

    std::string strace_;
    std::string valgrind_;
};

/// The command that runs so many operations against this server.
std::vector<std::string> command(const settings& wishes, const counted_workload& what, const peer& client,
                                 std::uint64_t operations, const server& other_end) {
    std::vector<std::string> words = {wishes.program, "run", what.name, std::string(client.name),
                                      std::to_string(operations)};
    for (const std::uint16_t port : other_end.ports()) words.push_back(std::to_string(port));
    return words;
}

count_row count(const settings& wishes, const tools& with, const counted_workload& what, const peer& client) {
    const workload& kind = find_workload(what.name);
    server_options options = kind.serving(kind.full);
    options.pause = what.pause;
    options.processor = choose_processors().server;
    const server other_end(options);
    const auto few = command(wishes, what, client, what.few, other_end);
    const auto more = command(wishes, what, client, what.more, other_end);
    const auto operations = static_cast<double>(what.more - what.few);

    count_row row{what.name, std::string(client.name)};
    row.allocations = (tools::allocations(more) - tools::allocations(few)) / operations;
    if (const auto high = with.instructions(more))
        row.instructions = (*high - *with.instructions(few)) / operations;
    if (auto high = with.calls(more)) {
        const call_counts low = *with.calls(few);
        row.system_calls = 0;
        for (auto& [name, calls] : *high) {
            const auto before = low.find(name);
            const double each = (calls - (before == low.end() ? 0 : before->second)) / operations;
            *row.system_calls += each;
            if (each > 0.005) row.names.emplace(name, each);
        }
    }
    return row;
}

}  // namespace

int compare_counts(const settings& wishes) {
    const bool alone = enter_own_network();
    pin_to(choose_processors().client);
    const tools with;
    std::vector<count_row> rows;
    for (const counted_workload& what : counted) {
        if (!wishes.wants_workload(what.name)) continue;
        for (const peer& client : peers()) {
            const bool offered = client.get(find_workload(what.name)) != nullptr;
            if (!offered || !wishes.wants_client(client.name)) continue;
            rows.push_back(count(wishes, with, what, client));
            std::cerr << what.name << ' ' << client.name << '\n';
        }
    }
    write_counts(wishes, rows, alone);
    return wishes.check.empty() ? 0 : check_counts(wishes.check, rows);
}

}  // namespace uplink::benchmark
