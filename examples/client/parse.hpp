// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reads the words that the client was called with.
#pragma once

#include "arguments.hpp"

#include <optional>
#include <string>

namespace tool {

/// What main() has to do: end with that status, or go on with the arguments.
struct call {
    std::optional<int> status{};
    arguments how{};
};

/// Writes the help and the version to standard output, and what is wrong with the words to standard error, without
/// repeating a word that could be a password. Throws if the environment has a malformed proxy, or if a file can't be
/// used.
call parse(const std::string& program, int argc, char** argv);

}  // namespace tool
