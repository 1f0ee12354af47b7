// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// benchmark_tls [--rounds N] [--only send,..] [--clients uplink,..] [--quick] [--awake] [--output FOLDER]
//               --awake: the processors do not sleep while they wait, see wakefulness
// benchmark_tls run WORKLOAD CLIENT [OPERATIONS]   one run in this process, to be looked at with other tools
//
// Each round runs every client once, in an order that changes, in a process of its own against a server of its own,
// both pinned to a processor.
#include "../commands.hpp"
#include "../sandbox.hpp"
#include "openssl_memory.hpp"
#include "table.hpp"
#include "workloads.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

namespace uplink::benchmark {

namespace {

constexpr unsigned longest_run = 300;  ///< seconds

/// What comes before the measured work is more: one message of a source, and as many small sends as are under way.
tls_server serve(const tls_workload& what, const task& work) {
    std::uint64_t messages = work.operations;
    if (what.form == tls_shape::receive_large) messages += 1;
    if (what.form == tls_shape::send_small) messages += work.at_once;
    return tls_server(what.role, messages * work.bytes, choose_processors().server);
}

/// One small operation comes first, against a server of its own, so that what is set up once in a process does not
/// count.
std::optional<measurement> measure_once(const tls_workload& what, const task& amount, runner program) {
    task small = amount;
    small.operations = 1;
    small.bytes = std::min<std::uint64_t>(amount.bytes, 4096);
    task work = amount;
    const tls_server small_end = serve(what, small);
    const tls_server other_end = serve(what, work);
    small.ports = {small_end.port()};
    work.ports = {other_end.port()};
    return run_apart(choose_processors().client, longest_run, [&](meter& costs) {
        meter unused;
        program(small, unused);
        program(work, costs);
    });
}

tls_rows measure_rounds(const settings& wishes, const tls_workload& what) {
    tls_rows rows{what, what.amount(wishes.quick), {}};
    std::vector<std::size_t> order;
    for (const tls_program& client : tls_programs()) {
        order.push_back(rows.clients.size());
        rows.clients.push_back({client.name, {}});
    }
    std::mt19937 random(1);
    for (unsigned round = 0; round < wishes.rounds; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        for (const std::size_t place : order) {
            const tls_program& client = tls_programs()[place];
            const bool is_wanted = place == 0 || wishes.wants_client(client.name);
            rows.clients[place].rounds.push_back(
                is_wanted ? measure_once(what, rows.amount, client.get(what.form)) : std::nullopt);
        }
    }
    std::cerr << what.name << " measured\n";
    return rows;
}

int compare(const settings& wishes) {
    const bool alone = enter_own_network();
    std::optional<wakefulness> awake;
    if (wishes.awake) awake.emplace(choose_processors());
    std::ostringstream text;
    text << describe_machine() << ", " << OpenSSL_version(OPENSSL_VERSION)
         << (alone ? ", a network of its own" : "") << ", " << wishes.rounds << " rounds"
         << (wishes.quick ? ", small amounts" : "") << (wishes.awake ? ", processors kept awake" : "")
         << ".\n\n";
    bool failed = false;
    std::vector<tls_rows> all;
    for (const tls_workload& what : tls_workloads()) {
        if (wishes.wants_workload(what.name)) all.push_back(measure_rounds(wishes, what));
    }
    failed = !show(text, all);
    std::cout << text.str();
    std::filesystem::create_directories(wishes.output);
    std::ofstream(wishes.output / "tls.md") << text.str();
    return failed ? 1 : 0;
}

int run_once(const std::vector<std::string>& words) {
    if (words.size() < 4) throw std::invalid_argument("run needs a workload and a client");
    for (const tls_workload& what : tls_workloads()) {
        for (const tls_program& client : tls_programs()) {
            if (what.name != words[2] || client.name != words[3]) continue;
            task work = what.full;
            if (words.size() > 4) work.operations = std::stoull(words[4]);
            const tls_server other_end = serve(what, work);
            work.ports = {other_end.port()};
            pin_to(choose_processors().client);
            meter costs;
            client.get(what.form)(work, costs);
            std::cout << describe_one(costs.result(), work) << '\n';
            return 0;
        }
    }
    throw std::invalid_argument("there is no such workload or client");
}

}  // namespace

int run(const std::vector<std::string>& words) {
    count_openssl_allocations();
    raise_file_limit();
    if (words.size() > 1 && words[1] == "run") return run_once(words);
    return compare(parse(words, 1));
}

}  // namespace uplink::benchmark

int main(int count, char** words) {
    try {
        return uplink::benchmark::run({words, words + count});
    } catch (const std::exception& ex) {
        std::fprintf(stderr, "benchmark_tls: %s\n", ex.what());
        return 2;
    }
}
