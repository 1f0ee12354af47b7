// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A directory for options that are one, and a variable of the environment; both are as before at the end of the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace uplink::tests {

class temporary_directory {
public:
    temporary_directory() : path_((std::filesystem::temp_directory_path() / "uplink_test_XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary directory");
    }
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    const std::string& path() const noexcept { return path_; }
    void write(const std::string& name, std::string_view content) const {
        std::ofstream(path_ + '/' + name, std::ios::binary | std::ios::trunc) << content;
    }

private:
    std::string path_;
};

class environment_variable {
public:
    explicit environment_variable(std::string name) : name_(std::move(name)) {
        if (const char* const value = std::getenv(name_.c_str())) before_ = value;
    }
    ~environment_variable() {
        if (before_) set(*before_);
        else unset();
    }
    environment_variable(const environment_variable&) = delete;
    environment_variable& operator=(const environment_variable&) = delete;

    void set(const std::string& value) const { ::setenv(name_.c_str(), value.c_str(), 1); }
    void unset() const { ::unsetenv(name_.c_str()); }

private:
    std::string name_;
    std::optional<std::string> before_{};
};

}  // namespace uplink::tests
