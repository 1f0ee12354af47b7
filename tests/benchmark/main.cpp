// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// benchmark times  [--rounds N] [--only W3,..] [--clients uplink,..] [--quick] [--awake] [--output FOLDER]
//                  --awake: the processors do not sleep while they wait, see wakefulness
// benchmark growth [--rounds N] [--only ..] [--clients ..] [--quick] [--output FOLDER]
// benchmark counts [--only ..] [--clients ..] [--output FOLDER] [--check FILE]
// benchmark run WORKLOAD CLIENT OPERATIONS [PORT...]   one run in this process, as the counts need it; without
//                                                      ports it starts the server itself
#include "commands.hpp"
#include "figures.hpp"
#include "sandbox.hpp"
#include "workloads.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::benchmark {

namespace {

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> words;
    std::size_t begin = 0;
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
        end = text.find(',', begin);
        words.push_back(text.substr(begin, end - begin));
    }
    return words;
}

settings parse(const std::vector<std::string>& words) {
    settings wishes;
    wishes.program = std::filesystem::read_symlink("/proc/self/exe");
    for (auto word = words.begin() + 2; word != words.end(); ++word) {
        if (*word == "--quick" || *word == "--awake") {
            (*word == "--quick" ? wishes.quick : wishes.awake) = true;
            continue;
        }
        if (word + 1 == words.end()) throw std::invalid_argument(*word + " needs a value");
        const std::string& value = *(word + 1);
        if (*word == "--rounds") wishes.rounds = static_cast<unsigned>(std::stoul(value));
        else if (*word == "--only") wishes.only = split(value);
        else if (*word == "--clients") wishes.clients = split(value);
        else if (*word == "--output") wishes.output = value;
        else if (*word == "--check") wishes.check = value;
        else throw std::invalid_argument("unknown option " + *word);
        ++word;
    }
    return wishes;
}

int run_once(const std::vector<std::string>& words) {
    if (words.size() < 5) throw std::invalid_argument("run needs a workload, a client and a number");
    const workload& what = find_workload(words[2]);
    const runner program = find_peer(words[3]).get(what);
    if (!program) throw std::invalid_argument("this client has no such workload");
    task work = what.full;
    work.operations = std::stoull(words[4]);
    for (auto word = words.begin() + 5; word != words.end(); ++word) {
        work.ports.push_back(static_cast<std::uint16_t>(std::stoul(*word)));
    }
    std::unique_ptr<server> other_end;
    if (work.ports.empty()) {
        server_options options = what.serving(work);
        options.processor = choose_processors().server;
        other_end = std::make_unique<server>(options);
        work.ports = other_end->ports();
        pin_to(choose_processors().client);
    }
    meter costs;
    program(work, costs);
    const measurement& result = costs.result();
    std::printf("allocations %llu\n", static_cast<unsigned long long>(result.allocations));
    const auto each = static_cast<double>(work.operations);
    std::fprintf(stderr, "time %s, %s each; processor %s; memory %s\n", duration(result.wall).c_str(),
                 duration(result.wall / each).c_str(), duration(result.processor).c_str(),
                 size(result.peak).c_str());
    return 0;
}

int run(const std::vector<std::string>& words) {
    const std::string_view verb = words.size() > 1 ? std::string_view(words[1]) : std::string_view();
    raise_file_limit();
    if (verb == "run") return run_once(words);
    if (verb == "counts") return compare_counts(parse(words));
    if (verb == "times") return compare_times(parse(words));
    if (verb == "growth") return show_growth(parse(words));
    throw std::invalid_argument("say times, growth, counts or run");
}

}  // namespace

namespace {

bool begins_with_one(std::string_view name, const std::vector<std::string>& beginnings) {
    return beginnings.empty() || std::any_of(beginnings.begin(), beginnings.end(),
                                             [&](const std::string& one) { return name.starts_with(one); });
}

}  // namespace

bool settings::wants_workload(std::string_view name) const { return begins_with_one(name, only); }

bool settings::wants_client(std::string_view name) const { return begins_with_one(name, clients); }

}  // namespace uplink::benchmark

int main(int count, char** words) {
    try {
        return uplink::benchmark::run({words, words + count});
    } catch (const std::exception& ex) {
        std::fprintf(stderr, "benchmark: %s\n", ex.what());
        return 2;
    }
}
