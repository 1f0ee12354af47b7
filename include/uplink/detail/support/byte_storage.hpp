// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One growing piece of memory with a consumed front. Grows by realloc, which moves large blocks by
// remapping their pages instead of copying them, and never initialises what a read will overwrite.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <utility>

namespace uplink::detail {

class byte_storage {
    static constexpr std::size_t first_capacity = 16 * 1024;

public:
    byte_storage() noexcept = default;
    byte_storage(byte_storage&& other) noexcept { swap(other); }
    byte_storage(const byte_storage& other) {
        if (other.size() == 0) return;
        reallocate(other.size());
        std::memcpy(memory_, other.data(), other.size());
        end_ = other.size();
    }
    byte_storage& operator=(byte_storage other) noexcept {
        swap(other);
        return *this;
    }
    ~byte_storage() { std::free(memory_); }

    const char* data() const noexcept { return memory_ + begin_; }
    std::size_t size() const noexcept { return end_ - begin_; }
    std::size_t capacity() const noexcept { return capacity_; }

    /// All the room behind the data, up to n, and at least 1 byte; makes more where there is little.
    std::span<char> prepare(std::size_t n) {
        const std::size_t useful = std::min(n, std::max<std::size_t>(first_capacity / 4, size() / 8));
        if (capacity_ - end_ < useful) make_room(useful);
        return {memory_ + end_, std::min(n, capacity_ - end_)};
    }
    void commit(std::size_t n) noexcept { end_ += n; }

    /// The memory stays, and what was consumed stays readable in it until the next prepare().
    void consume(std::size_t n) noexcept {
        begin_ += n;
        if (begin_ == end_) begin_ = end_ = 0;
    }

private:
    void swap(byte_storage& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(begin_, other.begin_);
        std::swap(end_, other.end_);
        std::swap(capacity_, other.capacity_);
    }

    void make_room(std::size_t useful) {
        // Sliding costs a copy of what is held, so only where that is less than what it frees.
        if (begin_ != 0 && capacity_ - size() >= useful && begin_ >= size()) {
            std::memmove(memory_, memory_ + begin_, size());
            end_ = size();
            begin_ = 0;
            return;
        }
        if (useful > std::numeric_limits<std::size_t>::max() / 2 - capacity_) throw std::bad_alloc();
        reallocate(std::max({first_capacity, capacity_ * 2, end_ + useful}));
    }

    void reallocate(std::size_t capacity) {
        void* memory = std::realloc(memory_, capacity);
        if (memory == nullptr) throw std::bad_alloc();
        memory_ = static_cast<char*>(memory);
        capacity_ = capacity;
    }

    char* memory_ = nullptr;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace uplink::detail
