// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The program's own malloc and its kin, in front of the C library's: they count, and pass on. operator new and
// what C libraries allocate go through them alike. Every run has one thread, so the count needs no atomics.
#include "meter.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace {
std::uint64_t count = 0;
}  // namespace

std::uint64_t uplink::benchmark::allocation_count() noexcept { return count; }

#if defined(__GLIBC__)
extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
    ++count;
    return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) {
    ++count;
    return __libc_calloc(number, size);
}
void* realloc(void* memory, std::size_t size) {
    ++count;
    return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++count;
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    ++count;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

}  // extern "C"
#endif
