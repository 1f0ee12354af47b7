// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of erased_executor.hpp that are no templates.
#pragma once

#include <uplink/detail/support/erased_executor.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL net::any_io_executor erased(const net::io_context::executor_type& executor) { return executor; }

}  // namespace uplink::detail
