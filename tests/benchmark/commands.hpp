// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the program can be told to do, and what the parts of it are given.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::benchmark {

struct settings {
    std::string program{};  ///< how to run this program again
    unsigned rounds = 9;
    bool quick = false;
    bool awake = false;
    std::vector<std::string> only{};     ///< workloads whose names begin so; empty: all
    std::vector<std::string> clients{};  ///< clients whose names begin so; empty: all
    std::filesystem::path output{"."};
    std::filesystem::path check{};  ///< a table of bounds; empty: none

    bool wants_workload(std::string_view name) const;
    bool wants_client(std::string_view name) const;
};

/// From the words of the command line, that one first. Throws std::invalid_argument.
settings parse(const std::vector<std::string>& words, std::size_t first);

/// Each gives the program's exit status.
int compare_times(const settings& wishes);
int compare_counts(const settings& wishes);
int show_growth(const settings& wishes);

}  // namespace uplink::benchmark
