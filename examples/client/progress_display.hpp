// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Shows progress while the event loop runs: from the beginning if it is asked for; by itself after two seconds, if
// standard error is a terminal, and neither what is typed nor what comes appears there too.
#pragma once

#include "arguments.hpp"
#include "console.hpp"
#include "progress.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <unistd.h>

#include <chrono>
#include <functional>
#include <system_error>
#include <utility>

namespace tool {

class progress_display {
public:
    progress_display(asio::io_context& io, console& out, const arguments& how)
        : timer_(io), out_(out), is_on_(how.progress.value_or(shows_by_itself(how))),
          is_demanded_(how.progress.value_or(false)) {}

    void start(std::function<progress_figures()> ask) {
        ask_ = std::move(ask);
        if (is_on_) wait(is_demanded_ ? interval : patience);
    }
    /// If progress was shown, or was asked for, it is shown for the last time, and stays.
    void stop() {
        if (ask_ && is_on_ && (is_shown_ || is_demanded_)) {
            out_.progress(progress_text(ask_()));
            out_.keep_progress();
        }
        ask_ = nullptr;
        timer_.cancel();
    }

private:
    static constexpr std::chrono::milliseconds interval{200};
    static constexpr std::chrono::seconds patience{2};

    static bool shows_by_itself(const arguments& how) {
        const bool types = !how.text && !how.file && ::isatty(STDIN_FILENO) != 0;
        return !types && !how.json && ::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0;
    }
    void wait(std::chrono::milliseconds time) {
        timer_.expires_after(time);
        timer_.async_wait([this](std::error_code ec) {
            if (ec || !ask_) return;
            is_shown_ = true;
            out_.progress(progress_text(ask_()));
            wait(interval);
        });
    }

    asio::steady_timer timer_;
    console& out_;
    const bool is_on_;
    const bool is_demanded_;
    bool is_shown_ = false;
    std::function<progress_figures()> ask_{};
};

}  // namespace tool
