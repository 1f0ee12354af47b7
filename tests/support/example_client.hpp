// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the tests of the example client share. The build says where the program is.
#pragma once

#include "examples/client/exit_status.hpp"

#include <algorithm>
#include <string>

namespace uplink::tests {

inline const std::string program = UPLINK_EXAMPLE_CLIENT;

/// By the help.
constexpr int exits_with(tool::exit_status status) { return static_cast<int>(status); }

inline bool is_one_line(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n') == 1 && text.back() == '\n';
}
inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace uplink::tests
