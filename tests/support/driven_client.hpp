// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client that the fault driver and the random programs drive: on simulated sockets, and in the program test_tls,
// which compiles both for itself, over TLS on simulated sockets.
#pragma once

#if defined(UPLINK_TESTS_OVER_TLS)
#include "tls/driven_over_tls.hpp"
#else
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <memory>
#include <utility>

namespace uplink::tests {

using client_type = uplink::async_client<uplink::testing::socket>;
/// The bytes that the transport is given are those of the sends.
inline constexpr bool the_transport_takes_plaintext = true;

inline std::unique_ptr<client_type> make_driven_client(const client_type::executor_type& executor,
                                                       client_options options) {
    return std::make_unique<client_type>(executor, std::move(options));
}
inline void prepare_driven_network(testing::network&) {}

}  // namespace uplink::tests
#endif
