// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The bytes that a reconnecting client has read and nobody has received yet: those of the present connection,
// and those of the last one that has ended, with the code of its end. The bytes of two connections are never
// joined: whoever receives gets those of the ended connection first, then its code once, then those of the
// present one. No I/O.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Throws std::bad_alloc; what went in before that stays.
inline void append(received_bytes& to, std::string_view bytes) {
    while (!bytes.empty()) {
        const net::mutable_buffer room = to.prepare(bytes.size());
        std::copy_n(bytes.data(), room.size(), static_cast<char*>(room.data()));
        to.commit(room.size());
        bytes.remove_prefix(room.size());
    }
}

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
    void connection_ended(const error_code& code, bool is_told) noexcept {
        drop_ended();
        if (current_.empty() && !is_told) return;
        std::swap(current_, ended_);
        end_ = code;
    }
    /// Drops the offered bytes, and returns the code for a receive that they do not satisfy: `truncated` if
    /// an orderly end came inside a message.
    error_code take_end() noexcept {
        const bool is_inside = !ended_.empty() && *end_ == net::error::eof;
        const error_code code = is_inside ? error_code(errc::truncated) : *end_;
        drop_ended();
        return code;
    }
    /// Nobody will receive any more.
    void drop_all() noexcept {
        drop_ended();
        dropped_ += current_.size();
        current_.clear();
    }

private:
    void drop_ended() noexcept {
        dropped_ += ended_.size();
        ended_.clear();
        end_.reset();
    }

    received_bytes current_{};
    received_bytes ended_{};
    std::optional<error_code> end_{};
    std::uint64_t dropped_ = 0;
};

}  // namespace uplink::detail
