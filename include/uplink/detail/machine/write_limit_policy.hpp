// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How much one write may take. A large one keeps the event loop from everybody else for as long as the system
// needs to copy it, and a byte of it costs a little less: so writes are large while this client is the only
// one at work, and short from when another client of the context was seen at work until all have been quiet
// for a while. What else the context serves is not seen.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class write_limit_policy {
public:
    static constexpr std::size_t exclusive = 512 * 1024;  ///< bytes
    static constexpr std::size_t shared = 64 * 1024;      ///< bytes
    static constexpr unsigned quiet_writes = 64;  ///< without the others, until a write is large again

    /// Of the next write, in bytes. `other_clients_ran`: another client of the context has had a turn since the
    /// last.
    std::size_t next(bool other_clients_ran) noexcept {
        if (other_clients_ran) {
            short_writes_ = quiet_writes;
        } else if (short_writes_ != 0) {
            --short_writes_;
        }
        return short_writes_ != 0 ? shared : exclusive;
    }

private:
    unsigned short_writes_ = 0;  ///< from this one on
};

}  // namespace uplink::detail
