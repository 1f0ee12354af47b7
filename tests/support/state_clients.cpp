// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/state_clients.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_STATE_CLIENT(, discarding_core);
UPLINK_TESTS_STATE_CLIENT(, simulated_discarding_core);
UPLINK_TESTS_STATE_CLIENT(, refusing_core);
UPLINK_TESTS_STATE_CLIENT(, simulated_refusing_core);

}  // namespace uplink::detail
