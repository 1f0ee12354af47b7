// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/descriptors.hpp"

#include <filesystem>

namespace uplink::tests {

std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
}

}  // namespace uplink::tests
