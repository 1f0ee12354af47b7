// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Detects Asio's own timers, sockets and resolvers on the context of a simulated network. They wait in real time, and
// the network never waits for real time: without this check their handlers would never run, and nothing would say so.
//
// Asio keeps the data of such objects in services of their context, and makes each service for the first object that
// needs it. A context that only runs handlers has none of these services. Functions only; nothing is owned.
#pragma once

#include <uplink/net.hpp>

#include <stdexcept>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// True if one of them has been made on this context.
inline bool has_real_io(net::execution_context& context) {
    // If the part of Asio that runs handlers keeps the timers too (Windows), every context has it.
    constexpr bool shows = !std::is_same_v<net::detail::timer_scheduler, net::detail::io_context_impl>;
    return (shows && net::has_service<net::detail::timer_scheduler>(context)) ||
           net::has_service<net::detail::resolver_service<net::ip::tcp>>(context);
}

inline void refuse_real_io(net::execution_context& context) {
    if (!has_real_io(context)) return;
    throw std::logic_error(
        "a real timer, socket or resolver was made on the context of a uplink::testing::network, which waits for "
        "none: use uplink::testing::timer_for<Stream> for timers and uplink::testing::socket for sockets");
}

}  // namespace uplink::testing::detail
