// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The corners of the start rule (tests/faults.md) and of RFC 8305 that no row of connect_races.tsv reaches.
#pragma once

#include "support/connect_race_row.hpp"

#include <vector>

namespace uplink::tests {

std::vector<race_row> connect_race_rule_rows();

}  // namespace uplink::tests
