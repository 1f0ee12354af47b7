// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When a receive asks for bytes without waiting for the event loop: once after a read that has filled its
// room, since there is mostly more; and, with client_options::receive_spin, for that long, once for each
// receive that is started and each read that comes back. All else is a read that waits.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class speculative_read : unsigned char {
    none,
    once,
    spin,  ///< again and again
};

class speculative_read_policy {
public:
    void receive_started() noexcept {
        has_spun_ = false;
        has_more_ = false;
    }
    /// One that waits, with room for so many bytes.
    void read_started(std::size_t room) noexcept { room_ = room; }
    /// That one, with n bytes.
    void read_came_back(std::size_t n) noexcept {
        has_spun_ = false;
        has_more_ = n == room_;
    }

    /// What comes before the next read that waits. `spins`: the client's options say so.
    speculative_read next(bool spins) noexcept {
        const bool has_more = has_more_;
        has_more_ = false;
        if (spins && !has_spun_) {
            has_spun_ = true;
            return speculative_read::spin;
        }
        return has_more ? speculative_read::once : speculative_read::none;
    }

private:
    std::size_t room_ = 0;
    bool has_spun_ = false;
    bool has_more_ = false;
};

}  // namespace uplink::detail
