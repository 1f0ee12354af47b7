// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What was counted, shown, and compared with bounds.
#pragma once

#include "commands.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace uplink::benchmark {

using call_counts = std::map<std::string, double>;

/// Of one operation. What could not be counted is absent.
struct count_row {
    std::string workload{};
    std::string client{};
    std::optional<double> system_calls{};
    std::optional<double> instructions{};
    std::optional<double> allocations{};
    call_counts names{};
};

/// counts.md and counts.svg in the output folder, and the table on the standard output; and counts.tsv, the same
/// figures in the form that check_counts() reads.
void write_counts(const settings& wishes, const std::vector<count_row>& rows, bool own_network);

/// Compares with a table of upper bounds, says which are passed, and gives the exit status.
int check_counts(const std::filesystem::path& bounds, const std::vector<count_row>& rows);

}  // namespace uplink::benchmark
