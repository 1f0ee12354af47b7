// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Standard input and output for a program that runs an event loop. They may be files, which no event loop can wait
// for, and may be shared with other programs, so that they must not be made non-blocking: each has a thread of its own.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

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

/// Where the program was started with one of the three closed, a socket would take its place, and get what was meant for
/// it. What is opened here instead makes every use of it an error.
inline void reserve_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) != -1) continue;
        if (::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1) return;
    }
}

inline std::error_code last_error() { return {errno, std::generic_category()}; }

/// Writes to standard output, one piece at a time.
class standard_output {
public:
    explicit standard_output(asio::io_context& io) : io_(io) {}

    /// The bytes must stay until `on_written` is called, on the event loop, which has work until then.
    void write(std::string_view bytes, std::function<void(std::error_code)> on_written) {
        asio::post(thread_, [this, bytes, done = std::move(on_written), work = asio::make_work_guard(io_)] {
            asio::post(io_, [done, ec = write_all(bytes)] { done(ec); });
        });
    }

private:
    static std::error_code write_all(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
            if (written >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno == EAGAIN) {  // somebody else has made it non-blocking
                pollfd output{STDOUT_FILENO, POLLOUT, 0};
                ::poll(&output, 1, -1);
            } else if (errno != EINTR) {
                return last_error();
            }
        }
        return {};
    }

    asio::io_context& io_;
    asio::thread_pool thread_{1};
};

/// Reads standard input block by block, with at most `most_blocks` of them on their way, and hands each to the event
/// loop; then its end, or the error that ended it.
class standard_input {
public:
    explicit standard_input(asio::io_context& io) : io_(io) {
        if (::pipe2(wake_, O_CLOEXEC) != 0) throw std::system_error(last_error(), "pipe");
    }
    ~standard_input() {
        stop();
        if (thread_.joinable()) thread_.join();
        ::close(wake_[0]);
        ::close(wake_[1]);
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
        if (stopped_.exchange(true)) return;
        room_.release();
        while (::write(wake_[1], "", 1) < 0 && errno == EINTR) {
        }
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
                if (!wait()) return;
                count = ::read(STDIN_FILENO, block.data(), block.size());
            } while (count < 0 && (errno == EINTR || errno == EAGAIN));
            if (count <= 0) {
                const std::error_code ec = count < 0 ? last_error() : std::error_code();
                asio::post(io_, [this, ec] {
                    if (!stopped_) on_end_(ec);
                });
                return;
            }
            block.resize(static_cast<std::size_t>(count));
            asio::post(io_, [this, next = std::move(block)]() mutable {
                if (!stopped_) on_block_(std::move(next));
            });
        }
    }
    /// Until there is something to read; false if there is not to be any more reading.
    bool wait() {
        pollfd states[] = {{STDIN_FILENO, POLLIN, 0}, {wake_[0], POLLIN, 0}};
        while (!stopped_ && ::poll(states, 2, -1) < 0 && errno == EINTR) {
        }
        return !stopped_;
    }

    asio::io_context& io_;
    int wake_[2]{-1, -1};
    std::atomic<bool> stopped_ = false;
    std::counting_semaphore<> room_{most_blocks};
    std::function<void(std::string)> on_block_{};
    std::function<void(std::error_code)> on_end_{};
    std::thread thread_{};
};
