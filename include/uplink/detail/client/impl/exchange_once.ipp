// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of exchange_once.hpp that are no templates.
#pragma once

#include <uplink/detail/client/exchange_once.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL net::any_io_executor strand_on(const net::io_context::executor_type& executor) {
    return net::make_strand(executor);
}

}  // namespace uplink::detail
