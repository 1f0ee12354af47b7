// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

extern char** environ;

namespace uplink::tests {

namespace {

void close_end(int& end) {
    if (end >= 0) ::close(std::exchange(end, -1));
}

struct pipe_ends {
    int read;
    int write;
};
pipe_ends make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    return {ends[0], ends[1]};
}

/// False at the end.
bool append(int end, std::string& to, std::size_t most = 64 * 1024) {
    std::string piece(most, '\0');
    ssize_t count;
    do count = ::read(end, piece.data(), piece.size());
    while (count < 0 && errno == EINTR);
    if (count > 0) to.append(piece, 0, static_cast<std::size_t>(count));
    return count > 0;
}

}  // namespace

child_process::child_process(std::vector<std::string> arguments, int input) {
    const pipe_ends in = input < 0 ? make_pipe() : pipe_ends{input, -1};
    const pipe_ends out = make_pipe();
    const pipe_ends err = make_pipe();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.read, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out.write, 1);
    ::posix_spawn_file_actions_adddup2(&actions, err.write, 2);
#if __GLIBC_PREREQ(2, 34)
    // A child that held one of the test's sockets would keep that connection open after the test has closed it.
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
    std::vector<char*> argv;
    for (std::string& each : arguments) argv.push_back(each.data());
    argv.push_back(nullptr);
    const int result = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    for (const int end : {in.read, out.write, err.write}) ::close(end);
    input_ = in.write;
    output_end_ = out.read;
    errors_end_ = err.read;
    if (result != 0) {
        pid_ = -1;
        for (int* end : {&input_, &output_end_, &errors_end_}) close_end(*end);
        throw std::system_error(result, std::generic_category(), arguments[0]);
    }
}

child_process::~child_process() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    for (int* end : {&input_, &output_end_, &errors_end_}) close_end(*end);
}

void child_process::write(const std::string& bytes) {
    for (std::size_t at = 0; at != bytes.size();) {
        const ssize_t count = ::write(input_, bytes.data() + at, bytes.size() - at);
        if (count >= 0) at += static_cast<std::size_t>(count);
        else if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "write");
    }
}

void child_process::close_input() { close_end(input_); }
void child_process::close_output() { close_end(output_end_); }
void child_process::signal(int number) { ::kill(pid_, number); }

std::string child_process::read_output(std::size_t count) {
    std::string bytes;
    while (bytes.size() != count && append(output_end_, bytes, count - bytes.size())) {
    }
    return bytes;
}

const std::string& child_process::read_errors_until(const std::string& part) {
    while (errors_.find(part) == std::string::npos && append(errors_end_, errors_)) {
    }
    return errors_;
}

int child_process::finish(const std::string& input) {
    // A program that ends before it has read all its input is no reason to end ourselves.
    const auto before = ::signal(SIGPIPE, SIG_IGN);
    std::size_t written = 0;
    if (input_ >= 0) ::fcntl(input_, F_SETFL, O_NONBLOCK);
    while (output_end_ >= 0 || errors_end_ >= 0) {
        if (written == input.size()) close_end(input_);
        pollfd states[] = {{input_, POLLOUT, 0}, {output_end_, POLLIN, 0}, {errors_end_, POLLIN, 0}};
        ::poll(states, 3, -1);
        if (states[0].revents != 0) {
            const ssize_t count = ::write(input_, input.data() + written, input.size() - written);
            if (count >= 0) written += static_cast<std::size_t>(count);
            else if (errno != EAGAIN && errno != EINTR) close_end(input_);
        }
        if (states[1].revents != 0 && !append(output_end_, output_)) close_end(output_end_);
        if (states[2].revents != 0 && !append(errors_end_, errors_)) close_end(errors_end_);
    }
    close_end(input_);
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    ::signal(SIGPIPE, before);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

std::size_t child_process::peak_memory() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
    for (std::string word; file >> word;) {
        std::size_t kilobytes = 0;
        if (word == "VmHWM:" && file >> kilobytes) return kilobytes;
    }
    return static_cast<std::size_t>(-1);
}

}  // namespace uplink::tests
