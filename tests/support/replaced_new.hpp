// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Replaces operator new of the whole program. Each allocation calls `void* uplink::tests::allocate(std::size_t)`, which
// the file that includes this has defined before; null makes the allocation fail. One file of a program may include it.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

void* operator new(std::size_t size) {
    if (void* memory = uplink::tests::allocate(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return uplink::tests::allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
