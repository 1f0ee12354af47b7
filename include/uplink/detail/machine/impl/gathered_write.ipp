// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of gathered_write.hpp.
#pragma once

#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstring>
#include <new>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL void gathered_write::release() noexcept {
    clear(true);
    places_ = few_.data();
    room_ = few_buffers;
    many_.reset();
    block_.reset();
}

UPLINK_DECL bool gathered_write::grow() noexcept {
    if (many_) return false;
    many_.reset(new (std::nothrow) net::const_buffer[most_buffers]);
    if (!many_) return false;
    std::copy_n(places_, count_, many_.get());
    places_ = many_.get();
    room_ = most_buffers;
    return true;
}

UPLINK_DECL bool gathered_write::copy_behind(net::const_buffer& last,
                                             const net::const_buffer& buffer) noexcept {
    if (!last_is_copied_) {
        if (last.size() >= small_size) return false;
        if (!block_) block_.reset(new (std::nothrow) char[block_size]);
        if (!block_ || last.size() + buffer.size() > block_size - copied_) return false;
        last = net::const_buffer(copy(last), last.size());
        last_is_copied_ = true;
    } else if (buffer.size() > block_size - copied_) {
        return false;
    }
    copy(buffer);
    last = net::const_buffer(last.data(), last.size() + buffer.size());
    return true;
}

UPLINK_DECL char* gathered_write::copy(const net::const_buffer& buffer) noexcept {
    char* place = block_.get() + copied_;
    std::memcpy(place, buffer.data(), buffer.size());
    copied_ += buffer.size();
    return place;
}

}  // namespace uplink::detail
