// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/real_reconnect.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_REAL_RECONNECTS();

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

template class reconnecting_client<local_client>;

}  // namespace uplink
