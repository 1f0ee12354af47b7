// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The order of the clients is drawn anew for each round, from the same beginning every time.
#include "samples.hpp"

#include "sandbox.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace uplink::benchmark {

namespace {

constexpr unsigned longest_run = 180;  ///< seconds

/// One small operation comes first, so that neither the pages of the program nor what the client sets up once in a
/// process count. It has a server of its own, which sleeps during the measured one.
std::optional<measurement> measure_once(const workload& what, const task& amount, const peer& client) {
    const placement where = choose_processors();
    const runner program = client.get(what);
    const auto serve = [&](task& work, bool spin) {
        server_options options = what.serving(work);
        options.spin = options.spin && spin;
        options.processor = where.server;
        auto other_end = std::make_unique<server>(options);
        work.ports = other_end->ports();
        return other_end;
    };
    task small = amount;
    small.operations = 1;
    small.bytes = std::min<std::uint64_t>(amount.bytes, 4096);
    task work = amount;
    const auto small_end = serve(small, false);
    const auto other_end = serve(work, true);
    return run_apart(where.client, longest_run, [&](meter& costs) {
        meter unused;
        program(small, unused);
        program(work, costs);
    });
}

}  // namespace

bool client_samples::any() const noexcept {
    return std::any_of(rounds.begin(), rounds.end(), [](const auto& one) { return one.has_value(); });
}

std::vector<client_samples> measure_rounds(const settings& wishes, const workload& what, const task& amount) {
    std::vector<client_samples> all;
    std::vector<std::size_t> order;
    for (const peer& client : peers()) {
        const bool floor = &client == &peers().front();  // what the ratios are to
        if (!client.get(what) || !(floor || wishes.wants_client(client.name))) continue;
        order.push_back(all.size());
        all.push_back({client.name});
    }
    std::mt19937 random(1);
    for (unsigned round = 0; round < wishes.rounds; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        for (const std::size_t place : order) {
            client_samples& one = all[place];
            one.rounds.push_back(measure_once(what, amount, find_peer(one.client)));
            if (!one.rounds.back()) std::cerr << what.name << ", " << one.client << ": failed\n";
        }
    }
    std::cerr << what.name << " measured\n";
    return all;
}

}  // namespace uplink::benchmark
