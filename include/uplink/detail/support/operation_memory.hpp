// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One block of memory, owned by the client or by one of its parts, for a kind of operation of which there is
// one at a time: Asio's read, write and timer wait, and the receive. So steady traffic does not allocate, and
// an operation that has been initiated hardly ever fails for want of memory in a later step. An operation
// that is too large, or that comes while the block is in use, takes memory from Asio's recycling allocator.
// If several threads run a strand, Asio frees and allocates on the thread that has noticed the completion,
// before it is on the strand; therefore the flag is atomic.
#pragma once

#include <uplink/detail/support/asio_version.hpp>
#include <uplink/net.hpp>

#include <atomic>
#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <std::size_t Size> class operation_memory {
public:
    operation_memory() noexcept = default;
    operation_memory(const operation_memory&) = delete;
    operation_memory& operator=(const operation_memory&) = delete;

    void* take(std::size_t size, std::size_t alignment) noexcept {
        if (size > Size || alignment > alignof(std::max_align_t)) return nullptr;
        return taken_.test_and_set(std::memory_order_acquire) ? nullptr : block_;
    }
    bool give_back(void* pointer) noexcept {
        if (pointer != static_cast<void*>(block_)) return false;
        taken_.clear(std::memory_order_release);
        return true;
    }

private:
    alignas(std::max_align_t) unsigned char block_[Size];
    std::atomic_flag taken_;
};

/// Allocates from the block. The memory must outlive the operation; therefore the operation owns a share of
/// the owner.
template <class T, std::size_t Size> class operation_allocator {
public:
    using value_type = T;
    template <class U> struct rebind { using other = operation_allocator<U, Size>; };

    explicit operation_allocator(operation_memory<Size>& memory) noexcept : memory_(&memory) {}
    template <class U>
    operation_allocator(const operation_allocator<U, Size>& other) noexcept : memory_(other.memory()) {}

    T* allocate(std::size_t count) {
        if (void* block = memory_->take(sizeof(T) * count, alignof(T))) return static_cast<T*>(block);
        return net::recycling_allocator<T>().allocate(count);
    }
    void deallocate(T* pointer, std::size_t count) noexcept {
        if (!memory_->give_back(pointer)) net::recycling_allocator<T>().deallocate(pointer, count);
    }
    operation_memory<Size>* memory() const noexcept { return memory_; }

    template <class U> bool operator==(const operation_allocator<U, Size>& other) const noexcept {
        return memory_ == other.memory();
    }

private:
    operation_memory<Size>* memory_;
};

/// Size in bytes of Asio's read or write operation whose handler holds three pointers and has the executor of
/// the stream; the operation holds two copies of the executor.
template <class Executor>
inline constexpr std::size_t transfer_memory_size = 144 + 2 * sizeof(Executor) + (uses_io_uring ? 96 : 0);
template <class Executor> using transfer_memory = operation_memory<transfer_memory_size<Executor>>;

}  // namespace uplink::detail
