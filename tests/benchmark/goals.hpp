// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the library is to reach, as ratios to the raw client in the same round, or in bytes.
#pragma once

#include <string_view>

namespace uplink::benchmark {

enum class measure {
    time,       ///< on the clock, x raw; where the workload is about latency, its 99th percentile
    processor,  ///< x raw
    peak,       ///< bytes, at most
    resident,   ///< bytes a connection, at most
};

struct goal {
    std::string_view workload;
    std::string_view client;
    measure what;
    double bound;
};

inline constexpr double payload = 64.0 * 1024 * 1024;

inline constexpr goal goals[] = {
    {"W1-64M-reused", "uplink", measure::time, 1.10},
    {"W1-64M-fresh", "uplink", measure::time, 1.05},
    {"W1-64M-fresh", "uplink", measure::peak, 1.06 * payload + 2.0 * 1024 * 1024},
    {"W1-64M-huge", "uplink with huge pages", measure::time, 1.6},
    {"W1-1M", "uplink", measure::time, 1.8},
    {"W1-4K", "uplink", measure::time, 1.10},
    {"W2-1G", "uplink", measure::time, 1.10},
    {"W2-1G", "uplink", measure::processor, 1.10},
    {"W2-small", "uplink", measure::time, 2.5},
    {"W3", "uplink", measure::time, 1.10},
    {"W3", "uplink", measure::processor, 1.10},
    {"W3-spin", "uplink", measure::time, 1.15},
    {"W3-spin-both", "uplink", measure::time, 1.15},
    {"W4", "uplink", measure::time, 1.05},
    {"W4-64", "uplink", measure::time, 1.05},
    {"W5", "uplink", measure::time, 1.3},
    {"W5", "uplink", measure::resident, 700},
    {"W5", "uplink coroutine", measure::resident, 1'300},
    {"W7", "uplink", measure::time, 1.2},
};

}  // namespace uplink::benchmark
