// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The allocator of a test's handlers that counts what is taken and given back.
#pragma once

#include <cstddef>
#include <memory>

namespace uplink::tests {

/// What the handlers of a test took and gave back.
struct memory_account {
    std::size_t taken = 0;
    std::size_t live = 0;
};
template <class T> struct counted_memory {
    using value_type = T;

    explicit counted_memory(memory_account& to) noexcept : account(&to) {}
    template <class U> counted_memory(const counted_memory<U>& other) noexcept : account(other.account) {}
    T* allocate(std::size_t count) {
        ++account->taken;
        ++account->live;
        return std::allocator<T>().allocate(count);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        --account->live;
        std::allocator<T>().deallocate(memory, count);
    }
    template <class U> bool operator==(const counted_memory<U>& other) const noexcept {
        return account == other.account;
    }
    memory_account* account;
};

}  // namespace uplink::tests
