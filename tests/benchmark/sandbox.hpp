// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where a run takes place: a process of its own, pinned to a processor, in a network of its own where the user may
// make one.
#pragma once

#include "meter.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace uplink::benchmark {

/// Which processors client and server are pinned to; -1: there is only one to be had, so neither is.
struct placement {
    int client = -1;
    int server = -1;
};
placement choose_processors();

/// This process, from now on; nothing happens for -1.
void pin_to(int processor);

/// This process dies when the one that made it does.
void end_with_parent();

/// A loopback device that nobody else uses, for this process and its children; false if that is not permitted.
bool enter_own_network();

/// While it lives, processes that yield to every other keep both processors from falling asleep: on a virtual machine
/// waking them can take longer than all that is measured.
class wakefulness {
public:
    wakefulness() = default;
    explicit wakefulness(const placement& where);
    ~wakefulness();
    wakefulness(const wakefulness&) = delete;
    wakefulness& operator=(const wakefulness&) = delete;

private:
    std::vector<int> children_{};
};

/// As many open files as the system lets this process have.
void raise_file_limit();

/// Runs it in a child process and gives its figures; nothing if it failed, or took longer than `seconds`.
std::optional<measurement> run_apart(int processor, unsigned seconds,
                                     const std::function<void(meter&)>& work);

/// What a program printed, both outputs, and whether it ended with status 0.
struct program_output {
    bool succeeded = false;
    std::string text{};
};
program_output run_program(const std::vector<std::string>& arguments);

/// The program's path, if the shell would find it; else empty.
std::string find_program(const std::string& name);

/// "Processor, n processors, kernel, compiler, Asio", for people.
std::string describe_machine();

}  // namespace uplink::benchmark
