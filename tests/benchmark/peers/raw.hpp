// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The parts of the raw client that take more than one connection, and bytes to send that take no memory.
#pragma once

#include "../workloads.hpp"

#include <cstddef>
#include <new>
#include <sys/mman.h>

namespace uplink::benchmark {

void raw_exchange(const task& work, meter& costs);
void raw_connections(const task& work, meter& costs);
void raw_latency(const task& work, meter& costs);

/// So many zero bytes, each page of them there: the kernel's own page of zeros stands in for all.
class zeros {
public:
    explicit zeros(std::size_t size)
        : memory_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)),
          size_(size) {
        if (memory_ == MAP_FAILED) throw std::bad_alloc();
    }
    ~zeros() { ::munmap(memory_, size_); }
    zeros(const zeros&) = delete;
    zeros& operator=(const zeros&) = delete;

    char* data() const noexcept { return static_cast<char*>(memory_); }
    std::size_t size() const noexcept { return size_; }

private:
    void* memory_;
    std::size_t size_;
};

}  // namespace uplink::benchmark
