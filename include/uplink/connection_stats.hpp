// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Counters of one connection, since it was established.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace uplink::inline UPLINK_NAMESPACE {

/// All are zero before the first connection; after a close they are those of the last connection.
/// async_exchange counts as one send and one receive, the half-close as none.
struct connection_stats {
    std::uint64_t bytes_sent = 0;      ///< see async_client; over TLS plaintext
    std::uint64_t bytes_received = 0;  ///< taken from the kernel, dropped ones too; over TLS plaintext
    std::uint64_t sends = 0;           ///< sends completed with success
    std::uint64_t receives = 0;        ///< receives completed with success
    std::chrono::nanoseconds connected_for{};        ///< until now, or until it was closed
    std::optional<std::chrono::microseconds> rtt{};  ///< smoothed round trip time; Linux TCP only
    std::optional<std::uint32_t> retransmits{};      ///< segments sent again; Linux TCP only
};

}  // namespace uplink
