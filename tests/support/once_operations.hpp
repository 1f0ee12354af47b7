// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The free async_exchange on an io_context with the handler that most tests give it, and its strands of other
// executors, compiled once in once_operations.cpp. See recorded_operations.hpp.
#pragma once

#include <uplink/async_exchange.hpp>

#include "support/recorded_operations.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

namespace uplink::inline UPLINK_NAMESPACE::detail {

extern template class exchange_once_operation<usual_once_core, net::io_context::executor_type,
                                              tests::recorder>;
extern template net::any_io_executor strand_on(const net::any_io_executor& executor);
extern template net::any_io_executor strand_on(const net::thread_pool::executor_type& executor);

}  // namespace uplink::detail
