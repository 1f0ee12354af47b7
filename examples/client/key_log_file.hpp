// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The file for the key log of TLS, which decrypts recorded connections.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace tool {

/// The file that SSLKEYLOGFILE names, which other programs may append to at the same time.
class key_log_file {
public:
    key_log_file() {
        const char* const name = std::getenv("SSLKEYLOGFILE");
        if (name == nullptr || *name == '\0') throw std::runtime_error("SSLKEYLOGFILE is not set");
        descriptor_ = ::open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor_ == -1) throw std::system_error(errno, std::generic_category(), name);
    }
    ~key_log_file() { ::close(descriptor_); }
    key_log_file(const key_log_file&) = delete;
    key_log_file& operator=(const key_log_file&) = delete;

    /// In one call, so that lines of several programs do not mix. A line that can't be written is missing in the log.
    void write(std::string_view line) const {
        const std::string text = std::string(line) + '\n';
        [[maybe_unused]] const ssize_t ignored = ::write(descriptor_, text.data(), text.size());
    }

private:
    int descriptor_ = -1;
};

}  // namespace tool
