// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/once_operations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

template class exchange_once_operation<usual_once_core, net::io_context::executor_type, tests::recorder>;
template net::any_io_executor strand_on(const net::any_io_executor& executor);
template net::any_io_executor strand_on(const net::thread_pool::executor_type& executor);

}  // namespace uplink::detail
