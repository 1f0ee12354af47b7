// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What was measured over TLS, shown: one row a client, as ratios to the raw client in the same round, with what the
// library is to reach.
#pragma once

#include "../samples.hpp"
#include "workloads.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace uplink::benchmark {

struct tls_rows {
    const tls_workload& what;
    task amount{};
    std::vector<client_samples> clients{};  ///< in the order of tls_programs()
};

/// False if some client has failed in every round.
bool show(std::ostream& text, const std::vector<tls_rows>& all);
std::string describe_one(const measurement& result, const task& work);

}  // namespace uplink::benchmark
