// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A file for options that are files; it is removed at the end of the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

namespace uplink::tests {

class temporary_file {
public:
    explicit temporary_file(std::string_view content)
        : path_((std::filesystem::temp_directory_path() / "uplink_test_XXXXXX").string()) {
        const int descriptor = ::mkstemp(path_.data());
        if (descriptor == -1) throw std::runtime_error("no temporary file");
        ::close(descriptor);
        write(content);
    }
    ~temporary_file() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;

    const std::string& path() const noexcept { return path_; }
    /// In place of what is there.
    void write(std::string_view content) const {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
    }
    void remove() const { std::filesystem::remove(path_); }

private:
    std::string path_;
};

}  // namespace uplink::tests
