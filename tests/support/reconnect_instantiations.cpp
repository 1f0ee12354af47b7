// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/reconnect_instantiations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_RECONNECTING_INSIDE(, usual_reconnect_core);
UPLINK_TESTS_RECONNECTING_INSIDE(, simulated_reconnect_core);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

template class reconnecting_client<>;
template class reconnecting_client<async_client<testing::socket>>;

}  // namespace uplink
