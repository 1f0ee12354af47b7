// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The rows of tests/machine/data/connect_races.tsv, encoded, and three notes on what our options express
// in another way: H05 and H57 end where the race does, when an attempt is found unusable and at the TCP
// connect; H50 (no racing, no second family) is a lookup restricted to one family.
#pragma once

#include "support/connect_race_row.hpp"

#include <vector>

namespace uplink::tests {

/// Every row of the file, in its order.
std::vector<race_row> connect_race_rows();

}  // namespace uplink::tests
