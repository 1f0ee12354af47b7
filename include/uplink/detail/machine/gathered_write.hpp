// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The buffers of one write call, collected from the sends at the front of the queue. Small sends in a row are
// copied into one block: copying is cheaper than a buffer for each of them, and one call then carries many
// more of them than the 64 buffers that Asio passes on. Most writes have few buffers, which are stored inside
// the object. For more it allocates memory while the queue is busy; without memory the write is smaller. The
// object owns the block and the arrays of buffers; the bytes outside the block belong to the sends.
#pragma once

#include <uplink/detail/machine/write_limit_policy.hpp>
#include <uplink/net.hpp>

#include <array>
#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// A view of the collected buffers.
class gathered_buffers {
public:
    using value_type = net::const_buffer;
    using const_iterator = const net::const_buffer*;

    gathered_buffers(const net::const_buffer* first, std::size_t count) noexcept
        : first_(first), count_(count) {}
    const_iterator begin() const noexcept { return first_; }
    const_iterator end() const noexcept { return first_ + count_; }

private:
    const net::const_buffer* first_;
    std::size_t count_;
};

class gathered_write {
    static constexpr std::size_t most_buffers = 64;  ///< that Asio passes to the system in one call
    static constexpr std::size_t few_buffers = 4;
    static constexpr std::size_t small_size = 1024;  ///< bytes; smaller buffers are copied together
    static constexpr std::size_t block_size = 64 * 1024;

public:
    gathered_write() = default;
    gathered_write(const gathered_write&) = delete;
    gathered_write& operator=(const gathered_write&) = delete;

    gathered_buffers buffers() const noexcept { return {places_, count_}; }
    /// The number of bytes.
    std::size_t size() const noexcept { return size_; }
    bool is_largest() const noexcept { return size_ == most_; }
    /// A single buffer: plain send() is cheaper than sendmsg() with one iovec.
    bool is_single() const noexcept { return count_ == 1; }

    /// Begins a new write. `copies`: small buffers are copied together, into a block that is kept while the
    /// queue is busy. `most`: bytes of one write.
    void clear(bool copies, std::size_t most = write_limit_policy::exclusive) noexcept {
        copies_ = copies;
        most_ = most;
        count_ = 0;
        size_ = 0;
        copied_ = 0;
        last_is_copied_ = false;
    }

    /// Frees the memory that only a busy queue needs.
    void release() noexcept;

    /// Adds the rest of a send; `Item` has rest(), gather() and left(). False if no send may follow it: there
    /// is no buffer left, or the write has its largest size.
    template <class Item> bool add(Item& item) {
        if (count_ == room_ && !grow()) return false;
        if (const net::const_buffer rest = item.rest(); rest.data() != nullptr) {
            if (rest.size() != 0) append(rest);
            return size_ != most_;
        }
        for (;;) {
            net::const_buffer* const added = places_ + count_;
            const std::size_t count = item.gather(added, room_ - count_);
            std::size_t bytes = 0;
            for (std::size_t i = 0; i != count; ++i) bytes += added[i].size();
            const bool whole = bytes == item.left();
            if (!whole && size_ + bytes < most_ && grow()) continue;
            for (std::size_t i = 0; i != count && size_ != most_; ++i) append(added[i]);
            return whole && size_ != most_;
        }
    }

private:
    bool grow() noexcept;

    /// `all` may be an element of places_: the element written here never lies behind it.
    void append(const net::const_buffer& all) noexcept {
        const net::const_buffer buffer = net::buffer(all, most_ - size_);
        size_ += buffer.size();
        if (copies_ && count_ != 0 && buffer.size() < small_size && copy_behind(places_[count_ - 1], buffer))
            return;
        places_[count_++] = buffer;
        last_is_copied_ = false;
    }

    /// Joins two small buffers into one.
    bool copy_behind(net::const_buffer& last, const net::const_buffer& buffer) noexcept;
    char* copy(const net::const_buffer& buffer) noexcept;

    std::array<net::const_buffer, few_buffers> few_;
    net::const_buffer* places_ = few_.data();
    std::size_t room_ = few_buffers;
    std::unique_ptr<net::const_buffer[]> many_;
    std::unique_ptr<char[]> block_;
    std::size_t count_ = 0;
    std::size_t size_ = 0;
    std::size_t most_ = write_limit_policy::exclusive;
    std::size_t copied_ = 0;  ///< bytes of the block in use
    bool copies_ = true;
    bool last_is_copied_ = false;  ///< the last buffer ends where the used part of the block ends
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/gathered_write.ipp>
#endif
