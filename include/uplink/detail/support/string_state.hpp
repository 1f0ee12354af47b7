// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A state that collects the received bytes in a std::string. It owns the string until take() gives it away.
#pragma once

#include <uplink/detail/support/forget_pages.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// When the string is full, it doubles its memory; when it is large, it takes four times as much: memory that
/// has not been written to costs nothing, and moving the string costs much. The string is longer than the
/// received bytes by the rest of the last read's room, so that each byte is initialised only once.
class string_state {
public:
    net::mutable_buffer prepare(std::size_t n) {
        const std::size_t room = (std::min)(n, (std::clamp)(size_, least_room, most_room));
        if (bytes_.size() - size_ < (std::min)(room, least_room)) {
            if (bytes_.capacity() - size_ < room) grow(size_ + room, size_ + n);
            bytes_.resize(size_ + room);
        }
        return net::mutable_buffer(bytes_.data() + size_, (std::min)(n, bytes_.size() - size_));
    }
    void commit(std::size_t n) noexcept { size_ += n; }
    std::size_t size() const noexcept { return size_; }
    void clear() noexcept { size_ = 0; }

    /// Moves all bytes out.
    std::string take() noexcept {
        bytes_.resize(std::exchange(size_, 0));
        return std::exchange(bytes_, std::string());
    }

private:
    static constexpr std::size_t least_room = 4 * 1024;
    static constexpr std::size_t most_room =
        256 * 1024;  ///< a cache holds so much between the two writes to it
    static constexpr std::size_t large = 1024 * 1024;
    static constexpr std::size_t piece = 2 * 1024 * 1024;

    /// A large string is moved piece by piece, and a piece that has been moved gives its memory back before
    /// the next one is moved: so both strings together take hardly more memory than one. Throws
    /// std::bad_alloc, and then nothing has changed.
    void grow(std::size_t least, std::size_t most) {
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

    std::string bytes_{};
    std::size_t size_ = 0;
};

}  // namespace uplink::detail
