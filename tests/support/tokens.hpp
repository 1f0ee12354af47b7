// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Completion tokens for tests, wherever this Asio has them: as_tuple and deferred were experimental before 1.23.
#pragma once

#include <uplink/net.hpp>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/version.hpp>
#else
#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <asio/version.hpp>
#if ASIO_VERSION >= 102300
#include <asio/as_tuple.hpp>
#include <asio/deferred.hpp>
#else
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/deferred.hpp>
#endif
#endif

namespace uplink::tests {

#if defined(UPLINK_USE_BOOST_ASIO) || ASIO_VERSION >= 102300
namespace tokens = net;
#else
namespace tokens = net::experimental;
#endif

/// Does a call without a token return a deferred operation, with every executor?
#if defined(UPLINK_USE_BOOST_ASIO)
constexpr bool deferred_is_default = BOOST_ASIO_VERSION >= 103100;
#else
constexpr bool deferred_is_default = ASIO_VERSION >= 103100;
#endif

}  // namespace uplink::tests
