// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How many bytes of ciphertext are read and written at once, and how much memory an idle connection keeps.
// Values only.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <algorithm>
#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Bytes of memory for each direction that an idle connection keeps at most: room for one record (RFC 8446,
/// section 5.2).
inline constexpr std::size_t kept_ciphertext = 17 * 1024;
/// Bytes of plaintext that one write encrypts at most.
inline constexpr std::size_t most_encrypted_at_once = 256 * 1024;

/// The size of the next read that does not wait. It doubles while reads fill it, so that a bulk transfer
/// makes few system calls, and halves while they use little of it, so that a connection with little traffic
/// needs little memory.
class ciphertext_read_size {
public:
    static constexpr std::size_t least = 1024;
    static constexpr std::size_t most = 128 * 1024;

    std::size_t next() const noexcept { return next_; }
    /// The last read has filled its room: the next one will probably find bytes.
    bool has_more() const noexcept { return has_more_; }
    /// n bytes have been read.
    void read(std::size_t n) noexcept {
        has_more_ = n >= next_;
        if (n >= next_) next_ = (std::min)(2 * next_, most);
        else if (n < next_ / 4) next_ = (std::max)(next_ / 2, least);
    }

private:
    std::size_t next_ = least;
    bool has_more_ = false;
};

}  // namespace uplink::detail
