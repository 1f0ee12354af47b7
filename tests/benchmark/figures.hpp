// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Numbers as people read them, and what a few runs of the same thing have in common.
#pragma once

#include <string>
#include <vector>

namespace uplink::benchmark {

/// About three digits: 0.0312, 3, 3.25, 1,234.
std::string figure(double value);
/// With a unit that fits: 41.2 us, 1.30 s.
std::string duration(double seconds);
/// With a unit that fits: 700 B, 64.0 MiB.
std::string size(double bytes);

/// The middle, and the middles of both halves.
struct quartiles {
    double low = 0;
    double middle = 0;
    double high = 0;
};
quartiles spread(std::vector<double> values);

}  // namespace uplink::benchmark
