// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The only file that checks the version of Asio: the differences between the versions 1.22.1 to 1.38.
#pragma once

#include <uplink/net.hpp>

#include <type_traits>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/version.hpp>
#if BOOST_ASIO_VERSION >= 103300
#include <boost/asio/config.hpp>
#else
#include <boost/asio/detail/concurrency_hint.hpp>
#include <boost/asio/detail/scheduler.hpp>
#endif
static_assert(BOOST_ASIO_VERSION >= 102400, "uplink needs Boost 1.81 or newer");
#else
#include <asio/version.hpp>
#if ASIO_VERSION >= 103300
#include <asio/config.hpp>
#else
#include <asio/detail/concurrency_hint.hpp>
#include <asio/detail/scheduler.hpp>
#endif
static_assert(ASIO_VERSION >= 102201, "uplink needs standalone Asio 1.22.1 or newer");
#endif

namespace uplink::inline UPLINK_NAMESPACE::detail {

#if defined(ASIO_HAS_IO_URING_AS_DEFAULT) || defined(BOOST_ASIO_HAS_IO_URING_AS_DEFAULT)
inline constexpr bool uses_io_uring = true;
// After 16,384 operations of a context, an older Asio takes the answer to a cancellation for that of another
// read or write, which has not completed. Its operations also meet those of sockets that were closed before.
#if defined(UPLINK_USE_BOOST_ASIO)
static_assert(BOOST_ASIO_VERSION >= 102800,
              "uplink needs Boost 1.82 or newer for io_uring: with an older one Asio loses bytes; do not "
              "define BOOST_ASIO_DISABLE_EPOLL");
#else
static_assert(ASIO_VERSION >= 102800,
              "uplink needs Asio 1.28 or newer for io_uring: an older one loses bytes; do not define "
              "ASIO_DISABLE_EPOLL");
#endif
#else
inline constexpr bool uses_io_uring = false;
#endif

/// Replaces the default completion token if the executor has none (as ordinary executors before Asio 1.31),
/// so that the compiler's message names the missing argument.
struct pass_a_completion_token_as_the_last_argument {};

template <class Executor>
using default_token_t = std::conditional_t<std::is_void_v<net::default_completion_token_t<Executor>>,
                                           pass_a_completion_token_as_the_last_argument,
                                           net::default_completion_token_t<Executor>>;

/// False if no other thread may post to the context, because it uses no locks. Either the context was made
/// for a single thread (ASIO_CONCURRENCY_HINT_UNSAFE; before Asio 1.33 only the scheduler knows), or Asio has
/// no threads at all (ASIO_DISABLE_THREADS).
inline bool has_locks([[maybe_unused]] net::execution_context& context) {
#if defined(UPLINK_USE_BOOST_ASIO)
#if !defined(BOOST_ASIO_HAS_THREADS)
    return false;
#elif BOOST_ASIO_VERSION >= 103300
    return net::config(context).get("scheduler", "locking", true);
#else
    if (!net::has_service<net::detail::scheduler>(context)) return true;
    return BOOST_ASIO_CONCURRENCY_HINT_IS_LOCKING(
        SCHEDULER, net::use_service<net::detail::scheduler>(context).concurrency_hint());
#endif
#elif !defined(ASIO_HAS_THREADS)
    return false;
#elif ASIO_VERSION >= 103300
    return net::config(context).get("scheduler", "locking", true);
#else
    if (!net::has_service<net::detail::scheduler>(context)) return true;
    return ASIO_CONCURRENCY_HINT_IS_LOCKING(
        SCHEDULER, net::use_service<net::detail::scheduler>(context).concurrency_hint());
#endif
}

}  // namespace uplink::detail
