// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of unread_bytes.hpp.
#pragma once

#include <uplink/detail/machine/unread_bytes.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL void append(received_bytes& to, std::string_view bytes) {
    while (!bytes.empty()) {
        const net::mutable_buffer room = to.prepare(bytes.size());
        std::copy_n(bytes.data(), room.size(), static_cast<char*>(room.data()));
        to.commit(room.size());
        bytes.remove_prefix(room.size());
    }
}

UPLINK_DECL void unread_bytes::connection_ended(const error_code& code, bool is_told) noexcept {
    drop_ended();
    if (current_.empty() && !is_told) return;
    std::swap(current_, ended_);
    end_ = code;
}

UPLINK_DECL error_code unread_bytes::take_end() noexcept {
    const bool is_inside = !ended_.empty() && *end_ == net::error::eof;
    const error_code code = is_inside ? error_code(errc::truncated) : *end_;
    drop_ended();
    return code;
}

UPLINK_DECL void unread_bytes::drop_all() noexcept {
    drop_ended();
    dropped_ += current_.size();
    current_.clear();
}

UPLINK_DECL void unread_bytes::drop_ended() noexcept {
    dropped_ += ended_.size();
    ended_.clear();
    end_.reset();
}

}  // namespace uplink::detail
