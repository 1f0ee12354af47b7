// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// All bytes of a file, in one read: a file of 40 MiB takes seconds byte by byte, where nothing is optimized.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <system_error>

namespace uplink::tests {

/// Empty if there is no such file.
inline std::string contents_of(const std::string& name) {
    std::error_code none;
    const auto size = std::filesystem::file_size(name, none);
    if (none) return {};
    std::string text(static_cast<std::size_t>(size), '\0');
    std::ifstream stream(name, std::ios::binary);
    stream.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

}  // namespace uplink::tests
