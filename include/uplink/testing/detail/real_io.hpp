// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Notices Asio's own timers, sockets and resolvers on the context of a simulated network. They wait in real time, for
// which the network never waits: without this their handlers would simply never run.
//
// Asio keeps what such objects need in services of their context, and makes each service for the first object that
// needs it. A context that only runs handlers has none of them.
#pragma once

#include <uplink/net.hpp>

#include <stdexcept>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

/// Has one of them been made on this context?
inline bool has_real_io(net::execution_context& context) {
    // Where timers are kept by what runs the handlers (Windows), every context has that.
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
