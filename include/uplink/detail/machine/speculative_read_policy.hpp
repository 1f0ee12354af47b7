// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Decides when a receive reads without waiting for the event loop. Once after a read that has filled its
// room, because more bytes usually follow. And with client_options::receive_spin for that duration, once for
// each receive that is started and for each read that has come back. Every other read waits.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

enum class speculative_read : unsigned char {
    none,
    once,
    spin,  ///< again and again, for receive_spin
};

class speculative_read_policy {
public:
    void receive_started() noexcept {
        has_spun_ = false;
        has_more_ = false;
    }
    /// An asynchronous read was started into `room` bytes.
    void read_started(std::size_t room) noexcept { room_ = room; }
    /// It completed with n bytes.
    void read_came_back(std::size_t n) noexcept {
        has_spun_ = false;
        has_more_ = n == room_;
    }

    /// The read to make before the next asynchronous read. `spins`: the client's options ask for spinning.
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
