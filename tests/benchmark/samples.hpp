// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The measured rounds of one workload: every client runs once in each, in an order that changes, in a process of
// its own, against a server of its own.
#pragma once

#include "commands.hpp"
#include "figures.hpp"
#include "meter.hpp"
#include "workloads.hpp"

#include <optional>
#include <random>
#include <string_view>
#include <vector>

namespace uplink::benchmark {

/// What one client measured, one entry a round; an entry is missing where a run failed.
struct client_samples {
    std::string_view client{};
    std::vector<std::optional<measurement>> rounds{};

    bool any() const noexcept;
    /// Of what `of` gives for each run.
    template <class Of> quartiles spread_of(Of of) const {
        std::vector<double> values;
        for (const auto& one : rounds) {
            if (one) values.push_back(of(*one));
        }
        return spread(std::move(values));
    }
    /// Of the ratios to another client in the same round.
    template <class Of> quartiles ratio_to(const client_samples& other, Of of) const {
        std::vector<double> values;
        for (std::size_t i = 0; i < rounds.size() && i < other.rounds.size(); ++i) {
            if (rounds[i] && other.rounds[i] && of(*other.rounds[i]) > 0) {
                values.push_back(of(*rounds[i]) / of(*other.rounds[i]));
            }
        }
        return spread(std::move(values));
    }
};

/// Of all clients that offer the workload, in the order of peers().
std::vector<client_samples> measure_rounds(const settings& wishes, const workload& what, const task& amount);

}  // namespace uplink::benchmark
