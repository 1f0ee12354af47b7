// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of real_io.hpp.
#pragma once

#include <uplink/testing/detail/real_io.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>

#include <stdexcept>
#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL bool has_real_io(net::execution_context& context) {
    // If the part of Asio that runs handlers keeps the timers too (Windows), every context has it.
    constexpr bool shows = !std::is_same_v<net::detail::timer_scheduler, net::detail::io_context_impl>;
    return (shows && net::has_service<net::detail::timer_scheduler>(context)) ||
           net::has_service<net::detail::resolver_service<net::ip::tcp>>(context);
}

UPLINK_TESTING_DECL void refuse_real_io(net::execution_context& context) {
    if (!has_real_io(context)) return;
    throw std::logic_error(
        "a real timer, socket or resolver was made on the context of a uplink::testing::network, which waits for "
        "none: use uplink::testing::timer_for<Stream> for timers and uplink::testing::socket for sockets");
}

}  // namespace uplink::testing::detail
