// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The timer that belongs to a stream, for code that has timers in addition to its client: a real timer on a
// simulated network would wait in real time. Code that has its stream as a template parameter gets its timer
// from here:
//
//     template <class Stream = net::ip::tcp::socket> class pinger {
//         uplink::async_client<Stream> client_;
//         uplink::testing::timer_for<Stream> pause_;      // asio::steady_timer, or uplink::testing::timer
//     };
//
// This header does not include the simulation.
#pragma once

#include <uplink/net.hpp>

#include <chrono>

namespace uplink::inline UPLINK_NAMESPACE::testing {

namespace detail {

/// The timer of a stream that does not name its own.
template <class Stream, class LowestLayer = Stream> struct timer_for {
    using type =
        net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>,
                                  typename Stream::executor_type>;
};

template <class Stream, class LowestLayer>
    requires requires { typename LowestLayer::timer_type; }
struct timer_for<Stream, LowestLayer> {
    using type = typename LowestLayer::timer_type;
};

}  // namespace detail

/// `Stream` is a socket, a layer over one, or an async_client. The timer has the stream's executor type. Both
/// timers have a constructor from an executor or a context, alone or with a duration; expires_after,
/// expires_at, expiry, cancel, async_wait, and the type clock_type.
template <class Stream>
using timer_for = typename detail::timer_for<Stream, typename Stream::lowest_layer_type>::type;

}  // namespace uplink::testing
