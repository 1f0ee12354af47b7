// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A state that collects the received bytes in a std::string. It owns the string until take() gives it away.
#pragma once

#include <uplink/net.hpp>

#include <cstddef>
#include <string>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// When the string is full, it doubles its memory; when it is large, it takes four times as much: memory that
/// has not been written to costs nothing, and moving the string costs much. The string is longer than the
/// received bytes by the rest of the last read's room, so that each byte is initialised only once.
class string_state {
public:
    net::mutable_buffer prepare(std::size_t n);
    void commit(std::size_t n) noexcept { size_ += n; }
    std::size_t size() const noexcept { return size_; }
    void clear() noexcept { size_ = 0; }

    /// Moves all bytes out.
    std::string take() noexcept;

private:
    static constexpr std::size_t least_room = 4 * 1024;
    static constexpr std::size_t most_room =
        256 * 1024;  ///< a cache holds so much between the two writes to it
    static constexpr std::size_t large = 1024 * 1024;
    static constexpr std::size_t piece = 2 * 1024 * 1024;

    /// A large string is moved piece by piece, and a piece that has been moved gives its memory back before
    /// the next one is moved: so both strings together take hardly more memory than one. Throws
    /// std::bad_alloc, and then nothing has changed.
    void grow(std::size_t least, std::size_t most);

    std::string bytes_{};
    std::size_t size_ = 0;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/support/impl/string_state.ipp>
#endif
