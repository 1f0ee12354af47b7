// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The parts of the uplink client that take many connections.
#pragma once

#include "../workloads.hpp"

namespace uplink::benchmark {

void uplink_connections(const task& work, meter& costs);
void uplink_latency(const task& work, meter& costs);

}  // namespace uplink::benchmark
