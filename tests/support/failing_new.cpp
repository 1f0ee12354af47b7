// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/failing_new.hpp"

#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t never = static_cast<std::size_t>(-1);
thread_local std::size_t allocations_before = never;
thread_local bool failed = false;

void* take(std::size_t size) noexcept {
    if (allocations_before != never && allocations_before-- == 0) {
        failed = true;
        return nullptr;
    }
    return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void* operator new(std::size_t size) {
    if (void* memory = take(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace uplink::tests {

failing_new::failing_new(std::size_t nth) noexcept {
    failed = false;
    allocations_before = nth;
}
failing_new::~failing_new() { allocations_before = never; }
bool failing_new::has_failed() const noexcept { return failed; }

}  // namespace uplink::tests
