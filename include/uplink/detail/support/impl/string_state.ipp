// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of string_state.hpp.
#pragma once

#include <uplink/detail/support/forget_pages.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/support/string_state.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL net::mutable_buffer string_state::prepare(std::size_t n) {
    const std::size_t room = (std::min)(n, (std::clamp)(size_, least_room, most_room));
    if (bytes_.size() - size_ < (std::min)(room, least_room)) {
        if (bytes_.capacity() - size_ < room) grow(size_ + room, size_ + n);
        bytes_.resize(size_ + room);
    }
    return net::mutable_buffer(bytes_.data() + size_, (std::min)(n, bytes_.size() - size_));
}

UPLINK_DECL std::string string_state::take() noexcept {
    bytes_.resize(std::exchange(size_, 0));
    return std::exchange(bytes_, std::string());
}

UPLINK_DECL void string_state::grow(std::size_t least, std::size_t most) {
    std::string larger;
    const std::size_t wanted = bytes_.capacity() * (size_ < large ? 2 : 4);
    try {
        larger.reserve((std::min)((std::max)(least, wanted), most));
    } catch (const std::bad_alloc&) {
        larger.reserve((std::min)(least + size_ / 4, most));
    }
    for (std::size_t at = 0; at < size_; at += piece) {
        const std::size_t length = (std::min)(piece, size_ - at);
        larger.append(bytes_, at, length);
        if (size_ > piece) forget_pages(bytes_.data() + at, length);
    }
    bytes_ = std::move(larger);
}

}  // namespace uplink::detail
