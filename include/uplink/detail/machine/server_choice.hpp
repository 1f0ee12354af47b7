// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which of several servers is tried next, and when: the list in order, each server with its own failures in a
// row and its own time before which it is not tried. Pure; the time is an argument.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class server_choice {
public:
    using instant = std::chrono::nanoseconds;  // since the epoch of the client's clock

    struct chosen {
        std::size_t server;
        instant at;  ///< now, or the time to wait for
    };

    explicit server_choice(std::size_t count) : servers_(count) {}

    std::size_t count() const noexcept { return servers_.size(); }
    /// All servers, as if nothing had failed; the first one is the next.
    void begin_anew() noexcept {
        forget_failures();
        next_ = 0;
    }
    /// A connection is stable.
    void forget_failures() noexcept { std::fill(servers_.begin(), servers_.end(), server{}); }

    /// Counts a failure of the server; returns how many it has had in a row.
    std::size_t add_failure(std::size_t index) noexcept { return ++servers_[index].failures; }
    /// The server is not tried before that time, and the one after it in the list is next.
    void failed(std::size_t index, instant not_before) noexcept {
        servers_[index].not_before = not_before;
        next_ = (index + 1) % servers_.size();
    }
    /// The server has worked: it is the next one.
    void worked(std::size_t index) noexcept { next_ = index; }

    /// The first server in order whose time has come; else the one whose time is next.
    chosen choose(instant now) const noexcept {
        std::optional<std::size_t> earliest;
        for (std::size_t i = 0; i != servers_.size(); ++i) {
            const std::size_t index = (next_ + i) % servers_.size();
            const auto& not_before = servers_[index].not_before;
            if (!not_before || *not_before <= now) return {index, now};
            if (!earliest || *not_before < *servers_[*earliest].not_before) earliest = index;
        }
        return {*earliest, *servers_[*earliest].not_before};
    }

private:
    struct server {
        std::size_t failures = 0;
        std::optional<instant> not_before{};
    };

    std::vector<server> servers_;
    std::size_t next_ = 0;
};

}  // namespace uplink::detail
