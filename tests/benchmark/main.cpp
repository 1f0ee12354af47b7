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

#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::benchmark {

namespace {

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
    if (verb == "counts") return compare_counts(parse(words, 2));
    if (verb == "times") return compare_times(parse(words, 2));
    if (verb == "growth") return show_growth(parse(words, 2));
    throw std::invalid_argument("say times, growth, counts or run");
}

}  // namespace

}  // namespace uplink::benchmark

int main(int count, char** words) {
    try {
        return uplink::benchmark::run({words, words + count});
    } catch (const std::exception& ex) {
        std::fprintf(stderr, "benchmark: %s\n", ex.what());
        return 2;
    }
}
