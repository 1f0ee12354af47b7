// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// SVG, as far as the tables need it: groups of bars with their spread, and lines over logarithmic axes.
#pragma once

#include "figures.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace uplink::benchmark {

struct bar {
    std::string label{};
    quartiles value{};
    std::string text{};
};
/// Drawn to a scale of its own.
struct bar_group {
    std::string title{};
    std::vector<bar> bars{};
};
void write_bars(const std::filesystem::path& file, const std::string& title,
                const std::vector<bar_group>& groups);

struct line {
    std::string label{};
    std::vector<std::pair<double, double>> points{};
};
struct line_chart {
    std::string title{};
    std::string across{};  ///< what the horizontal axis counts
    std::vector<line> lines{};
};
void write_lines(const std::filesystem::path& file, const std::string& title,
                 const std::vector<line_chart>& charts);

}  // namespace uplink::benchmark
