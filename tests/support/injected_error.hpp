// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For tests that a script runs, often under strace: what it says in the environment.
#pragma once

#include "support/catch.hpp"

#include <uplink/error.hpp>

#include <cstdlib>
#include <string>

namespace uplink::tests {

inline std::string from_environment(const char* name) {
    const char* text = std::getenv(name);
    REQUIRE(text != nullptr);
    return text;
}

/// What strace has been told to let a system call fail with.
inline error_code injected_error() {
    return {std::stoi(from_environment("UPLINK_INJECTED_ERRNO")), net::error::get_system_category()};
}

}  // namespace uplink::tests
