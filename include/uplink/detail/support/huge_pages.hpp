// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Memory in huge pages, for a block that grows (mmap(2), mremap(2)). The block is aligned to a huge page,
// also after it has grown: only then can the kernel move whole huge pages, and does not split them into small
// ones. The caller owns the memory.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstddef>
#include <cstdint>

namespace uplink::inline UPLINK_NAMESPACE::detail {

inline constexpr std::size_t huge_page =
    2 * 1024 * 1024;  // on x86-64; if huge pages are larger, they are not used

#if defined(__linux__) && defined(MADV_HUGEPAGE) && defined(MREMAP_FIXED)

inline constexpr bool has_huge_pages = true;

inline void unmap_huge(void* memory, std::size_t size) noexcept { ::munmap(memory, size); }

/// Null if there is no memory. `size` is a multiple of huge_page.
inline char* map_huge(std::size_t size) noexcept {
    if (size > PTRDIFF_MAX - huge_page) return nullptr;  // as malloc, so that sums of sizes never wrap
    void* mapped =
        ::mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    char* begin = static_cast<char*>(mapped);
    const std::size_t before = (huge_page - reinterpret_cast<std::uintptr_t>(begin) % huge_page) % huge_page;
    if (before != 0) ::munmap(begin, before);
    ::munmap(begin + before + size, huge_page - before);
    ::madvise(begin + before, size, MADV_HUGEPAGE);
    return begin + before;
}

/// Null if there is no memory, and then nothing has changed; else the old block is gone.
inline char* remap_huge(char* memory, std::size_t size, std::size_t new_size) noexcept {
    if (char* const place = map_huge(new_size)) {
        if (::mremap(memory, size, new_size, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place) return place;
        // mremap may have unmapped the place already, and another thread may use it now: so it is not
        // unmapped here.
    }
    // At any address: this needs less room than both blocks at the same time.
    void* moved = ::mremap(memory, size, new_size, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? nullptr : static_cast<char*>(moved);
}

#else

inline constexpr bool has_huge_pages = false;
inline void unmap_huge(void*, std::size_t) noexcept {}
inline char* map_huge(std::size_t) noexcept { return nullptr; }
inline char* remap_huge(char*, std::size_t, std::size_t) noexcept { return nullptr; }

#endif

}  // namespace uplink::detail
