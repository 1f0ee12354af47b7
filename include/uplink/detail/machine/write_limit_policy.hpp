// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Limits the bytes of one write. A large write keeps the event loop from all other work for as long as the
// system needs to copy it, and costs a little less for each byte. So writes are large while this client is
// the only active one on its thread. They are short from the moment when another client was active on the
// thread until no other client has been active for a while. Other work of the thread is not noticed.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class write_limit_policy {
public:
    static constexpr std::size_t exclusive = 512 * 1024;  ///< bytes
    static constexpr std::size_t shared = 64 * 1024;      ///< bytes
    static constexpr unsigned quiet_writes = 64;  ///< writes without another active client until large again

    /// The limit of the next write, in bytes. `other_clients_ran`: another client has had a turn on this
    /// thread since the last write.
    std::size_t next(bool other_clients_ran) noexcept {
        if (other_clients_ran) {
            short_writes_ = quiet_writes;
        } else if (short_writes_ != 0) {
            --short_writes_;
        }
        return short_writes_ != 0 ? shared : exclusive;
    }

private:
    unsigned short_writes_ = 0;  ///< how many writes are short from now on
};

}  // namespace uplink::detail
