// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which of several servers is tried next, and when: the list in order, each server with its own failures in a
// row and its own time before which it is not tried. Pure; the time is an argument.
#pragma once

#include <uplink/detail/support/namespace.hpp>

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

    explicit server_choice(std::size_t count);

    std::size_t count() const noexcept { return servers_.size(); }
    /// All servers, as if nothing had failed; the first one is the next.
    void begin_anew() noexcept;
    /// A connection is stable.
    void forget_failures() noexcept;

    /// Counts a failure of the server; returns how many it has had in a row.
    std::size_t add_failure(std::size_t index) noexcept;
    /// The server is not tried before that time, and the one after it in the list is next.
    void failed(std::size_t index, instant not_before) noexcept;
    /// The server has worked: it is the next one.
    void worked(std::size_t index) noexcept { next_ = index; }

    /// The first server in order whose time has come; else the one whose time is next.
    chosen choose(instant now) const noexcept;

private:
    struct server {
        std::size_t failures = 0;
        std::optional<instant> not_before{};
    };

    std::vector<server> servers_;
    std::size_t next_ = 0;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/server_choice.ipp>
#endif
