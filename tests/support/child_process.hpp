// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A program that a test runs, with pipes to its three standard streams.
#pragma once

#include <cstddef>
#include <string>
#include <sys/types.h>
#include <vector>

namespace uplink::tests {

class child_process {
public:
    /// `input` is what it gets as standard input, closed here; -1: a pipe.
    explicit child_process(std::vector<std::string> arguments, int input = -1);
    /// Waits for it, and kills it if it does not end by itself.
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    void write(const std::string& bytes);
    void close_input();
    void close_output();
    /// Sends it a signal, such as SIGINT.
    void signal(int number);
    /// What comes next on standard output, exactly so many bytes unless it ends before.
    std::string read_output(std::size_t count);
    /// What has come on standard error, as soon as it has this in it, or at its end.
    const std::string& read_errors_until(const std::string& part);
    /// Writes this, ends the input, reads both outputs to their ends, and gives the exit status, or 1000 and the
    /// signal that ended it.
    int finish(const std::string& input = {});
    const std::string& output() const noexcept { return output_; }
    const std::string& errors() const noexcept { return errors_; }
    /// The most memory that it has had at once so far, in KiB.
    std::size_t peak_memory() const;

private:
    pid_t pid_ = -1;
    int input_ = -1;
    int output_end_ = -1;
    int errors_end_ = -1;
    std::string output_{};
    std::string errors_{};
};

}  // namespace uplink::tests
