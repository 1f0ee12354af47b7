// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Standard error: messages, and below them a line that shows progress and is written over again and again.
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <string>
#include <utility>

namespace tool {

class console {
public:
    /// `program` stands in front of each message.
    explicit console(std::string program) : program_(std::move(program)) {}

    void say(const std::string& message) { print(program_ + ": " + message + '\n'); }
    /// Whole lines.
    void print(const std::string& lines) {
        const std::string erased = shown_ == 0 ? std::string() : '\r' + std::string(shown_, ' ') + '\r';
        shown_ = 0;
        std::cerr << erased + lines << std::flush;
    }
    /// In place of the progress before it.
    void progress(std::string text) {
        winsize size{};
        if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
            text.resize(std::min<std::size_t>(text.size(), size.ws_col - 1u));
        const std::size_t rest = shown_ > text.size() ? shown_ - text.size() : 0;
        shown_ = text.size();
        std::cerr << '\r' + text + std::string(rest, ' ') << std::flush;
    }
    /// The progress that is shown stays.
    void keep_progress() {
        if (std::exchange(shown_, 0) != 0) std::cerr << '\n' << std::flush;
    }

private:
    const std::string program_;
    std::size_t shown_ = 0;  // characters of progress in the last line
};

}  // namespace tool
