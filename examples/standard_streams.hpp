// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Standard input and output for a program that runs an event loop. They may be files, which no event loop can wait
// for, and may be shared with other programs, so that they must not be made non-blocking: each has a thread of its own.
// A thread waits for its descriptor and for a pipe at the same time, so that it can be stopped.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <semaphore>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

/// Where the program was started with one of the three closed, a socket would take its place, and get what was meant
/// for it. What is opened here instead makes every use of it an error.
inline void reserve_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) != -1) continue;
        if (::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1) return;
    }
}

inline std::error_code last_error() { return {errno, std::generic_category()}; }

/// For a thread that waits for a descriptor until it is stopped.
class stop_signal {
public:
    stop_signal() {
        if (::pipe2(wake_, O_CLOEXEC) != 0) throw std::system_error(last_error(), "pipe");
    }
    ~stop_signal() {
        ::close(wake_[0]);
        ::close(wake_[1]);
    }
    stop_signal(const stop_signal&) = delete;
    stop_signal& operator=(const stop_signal&) = delete;

    void stop() {
        if (stopped_.exchange(true)) return;
        while (::write(wake_[1], "", 1) < 0 && errno == EINTR) {
        }
    }
    bool stopped() const { return stopped_; }
    /// Until one of the events of poll() is there; false once it is stopped.
    bool wait(int descriptor, short events) {
        pollfd states[] = {{descriptor, events, 0}, {wake_[0], POLLIN, 0}};
        while (!stopped_ && ::poll(states, 2, -1) < 0 && errno == EINTR) {
        }
        return !stopped_;
    }

private:
    int wake_[2]{-1, -1};
    std::atomic<bool> stopped_ = false;
};

/// Writes to standard output, one piece at a time.
class standard_output {
public:
    explicit standard_output(asio::io_context& io) : io_(io) {
        struct stat facts {};
        never_blocks_ = ::fstat(STDOUT_FILENO, &facts) == 0 && S_ISREG(facts.st_mode);
    }
    ~standard_output() { stop(); }
    standard_output(const standard_output&) = delete;
    standard_output& operator=(const standard_output&) = delete;

    /// The bytes must stay until `on_written` is called, on the event loop, which has work until then.
    void write(std::string_view bytes, std::function<void(std::error_code)> on_written) {
        asio::post(thread_, [this, bytes, done = std::move(on_written), work = asio::make_work_guard(io_)] {
            asio::post(io_, [done, ec = write_all(bytes)] { done(ec); });
        });
    }
    /// A piece that nobody reads is given up: its function is called with operation_canceled.
    void stop() { signal_.stop(); }

private:
    /// What a pipe or a terminal that is ready takes without making the thread wait.
    static constexpr std::size_t surely_taken = 4096;

    std::error_code write_all(std::string_view bytes) {
        while (!bytes.empty()) {
            if (!never_blocks_ && !signal_.wait(STDOUT_FILENO, POLLOUT))
                return std::make_error_code(std::errc::operation_canceled);
            const std::size_t size = never_blocks_ ? bytes.size() : std::min(bytes.size(), surely_taken);
            const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), size);
            if (written >= 0) bytes.remove_prefix(static_cast<std::size_t>(written));
            else if (errno != EINTR && errno != EAGAIN) return last_error();
        }
        return {};
    }

    asio::io_context& io_;
    stop_signal signal_{};
    bool never_blocks_ = false;
    asio::thread_pool thread_{1};
};

/// Reads standard input block by block, with at most `most_blocks` of them on their way, and hands each to the event
/// loop; then its end, or the error that ended it.
class standard_input {
public:
    /// Another descriptor may stand for it, which stays the caller's.
    explicit standard_input(asio::io_context& io, int descriptor = STDIN_FILENO)
        : io_(io), descriptor_(descriptor) {}
    ~standard_input() {
        stop();
        if (thread_.joinable()) thread_.join();
    }
    standard_input(const standard_input&) = delete;
    standard_input& operator=(const standard_input&) = delete;

    /// The two are called on the event loop, which has work until the end, and no more once stop() has been.
    void start(std::function<void(std::string)> on_block, std::function<void(std::error_code)> on_end) {
        on_block_ = std::move(on_block);
        on_end_ = std::move(on_end);
        thread_ = std::thread([this, work = asio::make_work_guard(io_)] { read(); });
    }
    /// A block has been taken care of: there is room for another.
    void block_done() { room_.release(); }
    void stop() {
        if (signal_.stopped()) return;
        signal_.stop();
        room_.release();
    }

private:
    static constexpr std::size_t block_size = 64 * 1024;
    static constexpr std::ptrdiff_t most_blocks = 8;

    void read() {
        for (;;) {
            room_.acquire();
            std::string block(block_size, '\0');
            ssize_t count = -1;
            do {
                if (!signal_.wait(descriptor_, POLLIN)) return;
                count = ::read(descriptor_, block.data(), block.size());
            } while (count < 0 && (errno == EINTR || errno == EAGAIN));
            if (count <= 0) {
                const std::error_code ec = count < 0 ? last_error() : std::error_code();
                asio::post(io_, [this, ec] {
                    if (!signal_.stopped()) on_end_(ec);
                });
                return;
            }
            block.resize(static_cast<std::size_t>(count));
            asio::post(io_, [this, next = std::move(block)]() mutable {
                if (!signal_.stopped()) on_block_(std::move(next));
            });
        }
    }

    asio::io_context& io_;
    const int descriptor_;
    stop_signal signal_{};
    std::counting_semaphore<> room_{most_blocks};
    std::function<void(std::string)> on_block_{};
    std::function<void(std::error_code)> on_end_{};
    std::thread thread_{};
};
