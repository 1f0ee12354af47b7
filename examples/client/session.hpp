// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a transfer has beside its client: the streams, the signals, the limit for all of it, and how it ended.
#pragma once

#include "../standard_streams.hpp"
#include "arguments.hpp"
#include "console.hpp"
#include "exit_status.hpp"
#include "progress_display.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace tool {

/// The file that is sent, or standard input.
class input_file {
public:
    explicit input_file(const std::optional<std::string>& name) {
        if (!name) return;
        descriptor_ = ::open(name->c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor_ == -1) throw std::system_error(last_error(), printable(*name));
    }
    ~input_file() {
        if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
    }
    input_file(const input_file&) = delete;
    input_file& operator=(const input_file&) = delete;

    int descriptor() const { return descriptor_; }
    /// What is left to read; none: nobody knows.
    std::optional<std::uint64_t> size() const {
        struct stat facts {};
        if (::fstat(descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
        const off_t left = facts.st_size - ::lseek(descriptor_, 0, SEEK_CUR);
        return left < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(left));
    }

private:
    int descriptor_ = STDIN_FILENO;
};

class session {
public:
    session(asio::io_context& io, const arguments& given, console& messages)
        : how(given), out(messages), output(io), file_(given.file), input(io, file_.descriptor()), io_(io),
          signals_(io, SIGINT, SIGTERM), deadline_(io), progress_(io, messages, given) {}

    /// Both are called once at most: when a signal asks for the end, with nothing finished so far, and when the limit
    /// for all of it has run out though no operation has failed. Further signals change nothing: what the first one
    /// began ends soon, and some programs send theirs twice.
    void start(std::function<void()> on_signal, std::function<void()> on_limit) {
        on_signal_ = std::move(on_signal);
        wait_for_signal();
        if (!how.limit.is_limited()) return;
        // The operations have the same limit, and say better what was waited for.
        deadline_.expires_at(how.limit.deadline({}) + std::chrono::milliseconds(100));
        deadline_.async_wait([limit = std::move(on_limit)](std::error_code ec) {
            if (!ec) limit();
        });
    }
    void start_input(std::function<void(std::string)> on_block, std::function<void(std::error_code)> on_end) {
        if (!how.text) return input.start(std::move(on_block), std::move(on_end));
        asio::post(io_, [this, block = std::move(on_block), end = std::move(on_end)] {
            if (is_finished()) return;
            block(*how.text);
            end({});
        });
    }
    /// `sent` and `received` so far are asked for while it goes on.
    void start_progress(std::function<std::pair<std::uint64_t, std::uint64_t>()> ask) {
        std::optional<std::uint64_t> to_send;  // none: nobody knows
        if (how.text && !how.crlf) to_send = how.text->size();
        else if (!how.crlf) to_send = file_.size();
        progress_.start([ask = std::move(ask), to_send, start = std::chrono::steady_clock::now()] {
            const auto [sent, received] = ask();
            return progress_figures{sent, received, to_send, std::chrono::steady_clock::now() - start};
        });
    }
    /// Does a person type what is sent?
    bool is_typed() const { return !how.text && ::isatty(file_.descriptor()) != 0; }

    /// The first thing that ends it is the one that is told; false: it was not the first. No message: silent.
    bool finish(exit_status status, std::string message = {}) {
        const bool is_first = set_result(static_cast<int>(status), std::move(message));
        if (is_first) stop();
        return is_first;
    }
    bool is_finished() const { return result_.has_value(); }
    /// Nothing of the session keeps the event loop any more.
    void stop() {
        input.stop();
        output.stop();
        progress_.stop();
        deadline_.cancel();
        std::error_code ignored;
        signals_.cancel(ignored);
    }
    int status() const { return result_ ? result_->first : static_cast<int>(exit_status::failed); }
    std::string message() const { return result_ ? result_->second : std::string(); }

    const arguments& how;
    console& out;
    standard_output output;

private:
    input_file file_;

public:
    standard_input input;

private:
    bool set_result(int status, std::string message) {
        if (result_) return false;
        result_.emplace(status, std::move(message));
        return true;
    }
    void wait_for_signal() {
        signals_.async_wait([this](std::error_code ec, int number) {
            if (ec || !set_result(128 + number, "interrupted")) return;
            input.stop();
            progress_.stop();
            on_signal_();
        });
    }

    asio::io_context& io_;
    asio::signal_set signals_;
    asio::steady_timer deadline_;
    progress_display progress_;
    std::function<void()> on_signal_{};
    std::optional<std::pair<int, std::string>> result_{};
};

}  // namespace tool
