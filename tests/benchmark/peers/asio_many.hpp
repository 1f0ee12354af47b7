// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The parts of the Asio client that take many connections.
#pragma once

#include "../workloads.hpp"

namespace uplink::benchmark {

void asio_connections(const task& work, meter& costs);
void asio_latency(const task& work, meter& costs);

}  // namespace uplink::benchmark
