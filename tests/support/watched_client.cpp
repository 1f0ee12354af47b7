// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/watched_client.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, watched_core);
UPLINK_TESTS_RECONNECTING_INSIDE(, watched_reconnect_core);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

template class reconnecting_client<tests::watched_client>;

}  // namespace uplink
