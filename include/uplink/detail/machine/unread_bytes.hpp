// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The bytes that a reconnecting client has read and nobody has received yet: those of the present connection,
// and those of the last one that has ended, with the code of its end. The bytes of two connections are never
// joined: whoever receives gets those of the ended connection first, then its code once, then those of the
// present one. No I/O.
#pragma once

#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Throws std::bad_alloc; what went in before that stays.
void append(received_bytes& to, std::string_view bytes);

class unread_bytes {
public:
    /// What a receive is offered.
    received_bytes& offered() noexcept { return end_ ? ended_ : current_; }
    /// An ended connection is offered: a receive that its bytes do not satisfy gets take_end().
    bool has_end() const noexcept { return end_.has_value(); }
    /// Of the present connection.
    std::size_t size() const noexcept { return current_.size(); }
    /// Bytes that were dropped, on all connections.
    std::uint64_t dropped() const noexcept { return dropped_; }

    /// These bytes have been read. Throws std::bad_alloc; the caller then gives the connection up.
    void add(std::string_view piece) { append(current_, piece); }
    /// These bytes have been read, and nobody can receive them.
    void drop(std::size_t n) noexcept { dropped_ += n; }

    /// The present connection has ended. `is_told`: a pending receive gets the code now, by take_end().
    void connection_ended(const error_code& code, bool is_told) noexcept;
    /// Drops the offered bytes, and returns the code for a receive that they do not satisfy: `truncated` if
    /// an orderly end came inside a message.
    error_code take_end() noexcept;
    /// Nobody will receive any more.
    void drop_all() noexcept;

private:
    void drop_ended() noexcept;

    received_bytes current_{};
    received_bytes ended_{};
    std::optional<error_code> end_{};
    std::uint64_t dropped_ = 0;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/unread_bytes.ipp>
#endif
