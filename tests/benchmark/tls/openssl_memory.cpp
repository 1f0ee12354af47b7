// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// OpenSSL's calls of the allocator, which do not count as the client's: it makes three for each record that it writes,
// whoever calls it.
#include "openssl_memory.hpp"

#include "../meter.hpp"

#include <openssl/crypto.h>

#include <cstddef>
#include <stdexcept>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void __libc_free(void* memory);
}

namespace uplink::benchmark {

namespace {

std::uint64_t count = 0;

void* allocate(std::size_t size, const char*, int) {
    if (size == 0) return nullptr;
    ++count;
    return __libc_malloc(size);
}
void* reallocate(void* memory, std::size_t size, const char*, int) {
    if (size == 0) {
        __libc_free(memory);
        return nullptr;
    }
    ++count;
    return __libc_realloc(memory, size);
}
void give_back(void* memory, const char*, int) { __libc_free(memory); }

}  // namespace

std::uint64_t openssl_allocation_count() noexcept { return count; }

void count_openssl_allocations() {
    if (CRYPTO_set_mem_functions(&allocate, &reallocate, &give_back) != 1)
        throw std::logic_error("OpenSSL has allocated already");
}

}  // namespace uplink::benchmark
