// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Detects Asio's own timers, sockets and resolvers on the context of a simulated network. They wait in real
// time, and the network never waits for real time: without this check their handlers would never run, and
// nothing would say so.
//
// Asio keeps the data of such objects in services of their context, and makes each service for the first
// object that needs it. A context that only runs handlers has none of these services. Functions only; nothing
// is owned.
#pragma once

#include <uplink/net.hpp>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// True if one of them has been made on this context.
bool has_real_io(net::execution_context& context);

void refuse_real_io(net::execution_context& context);

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/real_io.ipp>
#endif
