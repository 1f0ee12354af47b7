// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One growing block of memory, with consumed bytes at its front. The object owns the block. It grows by
// realloc, which moves a large block by remapping its pages instead of copying them, and never initialises
// bytes that a read will overwrite. It begins small, for programs with many connections that receive little
// at a time, and grows to the usual size after one read has filled it.
#pragma once

#include <uplink/detail/support/huge_pages.hpp>
#include <uplink/detail/support/namespace.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class byte_storage {
    static constexpr std::size_t small_capacity = 256;
    static constexpr std::size_t usual_capacity = 16 * 1024;

public:
    byte_storage() noexcept = default;
    explicit byte_storage(bool huge_pages) noexcept : wants_huge_pages_(huge_pages && has_huge_pages) {}
    byte_storage(byte_storage&& other) noexcept {
        other.check_unguarded();
        swap(other);
    }
    byte_storage(const byte_storage& other) : wants_huge_pages_(other.wants_huge_pages_) {
        if (other.size() == 0) return;
        reallocate((std::max)(other.size(), small_capacity));
        std::memcpy(memory_, other.data(), other.size());
        end_ = other.size();
    }
    byte_storage& operator=(byte_storage other) noexcept {
        check_unguarded();
        swap(other);
        return *this;
    }
    ~byte_storage() {
        check_unguarded();
        is_mapped() ? unmap_huge(memory_, capacity_) : std::free(memory_);
    }

    const char* data() const noexcept { return memory_ + begin_; }
    std::size_t size() const noexcept { return end_ - begin_; }
    std::size_t capacity() const noexcept { return capacity_; }

    /// The room behind the data, up to n bytes and at least 1. Makes more room if there is little.
    std::span<char> prepare(std::size_t n) {
        check_unguarded();
        dead_size_ = 0;
        const std::size_t useful = (std::min)(
            n, (std::max)({std::size_t{1}, (std::min)(capacity_, usual_capacity) / 4, size() / 8}));
        if (const bool is_needed = capacity_ - end_ < useful; is_needed || is_outgrown_) {
            try {
                make_room(useful);
            } catch (const std::bad_alloc&) {
                if (is_needed) throw;
                is_outgrown_ = false;  // continue with the small block
            }
        }
        return {memory_ + end_, (std::min)(n, capacity_ - end_)};
    }
    void commit(std::size_t n) noexcept {
        check_unguarded();
        end_ += n;
        is_outgrown_ = end_ == capacity_ && capacity_ < (std::min)(usual_capacity, limit_);
    }

    /// The memory is kept, and the consumed bytes stay readable in it until the next prepare().
    void consume(std::size_t n) noexcept {
        check_unguarded();
        dead_begin_ = begin_;
        dead_size_ = n;
        begin_ += n;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    /// While a read into the memory is in flight, the storage may only be read.
    void guard(bool is_guarded) noexcept { is_guarded_ = is_guarded; }

    /// Doubling stops at this capacity; a larger block is made only if it is needed.
    void limit_capacity(std::size_t bytes) noexcept { limit_ = bytes; }

    /// Overwrites the bytes that were consumed last, if there was no prepare() since.
    void overwrite_consumed() noexcept {
        if (dead_size_ != 0) std::memset(memory_ + dead_begin_, 0xdd, std::exchange(dead_size_, 0));
    }

private:
    void check_unguarded() const noexcept {
        assert(
            !is_guarded_ &&
            "state() was changed while a receive was pending: it may only be read until the handler is called");
    }

    void swap(byte_storage& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(begin_, other.begin_);
        std::swap(end_, other.end_);
        std::swap(capacity_, other.capacity_);
        std::swap(limit_, other.limit_);
        std::swap(dead_begin_, other.dead_begin_);
        std::swap(dead_size_, other.dead_size_);
        std::swap(is_outgrown_, other.is_outgrown_);
        std::swap(wants_huge_pages_, other.wants_huge_pages_);
    }

    void make_room(std::size_t useful) {
        // Moving the data to the front costs a copy of it, so it is done only if the data are no larger than
        // the space gained.
        if (begin_ != 0 && capacity_ - size() >= useful && begin_ >= size() && !is_outgrown_) {
            std::memmove(memory_, memory_ + begin_, size());
            end_ = size();
            begin_ = 0;
            return;
        }
        if (useful > (std::numeric_limits<std::size_t>::max)() / 2 - capacity_) throw std::bad_alloc();
        const std::size_t least = capacity_ == 0 ? small_capacity : usual_capacity;
        const std::size_t needed = end_ + useful;
        reallocate((std::max)(needed, (std::min)((std::max)(least, capacity_ * 2), limit_)));
        is_outgrown_ = false;
    }

    bool is_mapped() const noexcept { return wants_huge_pages_ && capacity_ >= huge_page; }

    void reallocate(std::size_t capacity) {
        char* memory = nullptr;
        if (wants_huge_pages_ && capacity >= huge_page) {
            capacity = (capacity + huge_page - 1) / huge_page * huge_page;
            memory = is_mapped() ? remap_huge(memory_, capacity_, capacity) : move_to_huge_pages(capacity);
        } else {
            memory = static_cast<char*>(std::realloc(memory_, capacity));
        }
        if (memory == nullptr) throw std::bad_alloc();
        memory_ = memory;
        capacity_ = capacity;
    }

    char* move_to_huge_pages(std::size_t capacity) noexcept {
        char* memory = map_huge(capacity);
        if (memory == nullptr) return nullptr;
        if (end_ != 0) std::memcpy(memory, memory_, end_);
        std::free(memory_);
        return memory;
    }

    char* memory_ = nullptr;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
    std::size_t limit_ = (std::numeric_limits<std::size_t>::max)();
    std::size_t dead_begin_ = 0;  ///< the bytes that were consumed last
    std::size_t dead_size_ = 0;
    bool is_outgrown_ = false;  ///< the block is small, and a read has filled it
    bool wants_huge_pages_ = false;
    bool is_guarded_ = false;
};

}  // namespace uplink::detail
