// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Gives memory back to the system before it is freed (madvise(2)). One function; the caller owns the memory.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <cstddef>
#include <cstdint>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The contents of these bytes are lost; the bytes may still be read and written. Does nothing on other
/// systems than Linux.
inline void forget_pages([[maybe_unused]] char* begin, [[maybe_unused]] std::size_t size) noexcept {
#if defined(__linux__)
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t before = (page - reinterpret_cast<std::uintptr_t>(begin) % page) % page;
    if (size < before + page) return;
    ::madvise(begin + before, (size - before) / page * page, MADV_DONTNEED);
#endif
}

}  // namespace uplink::detail
