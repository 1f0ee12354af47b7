// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/recorded_operations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_RECORDED_OPERATIONS(, usual_core);
UPLINK_TESTS_RECORDED_OPERATIONS(, simulated_core);
UPLINK_TESTS_CARRIED_PARTS(, simulated_reconnect_core);
UPLINK_TESTS_CARRIED_OPERATIONS(, tests::recorder, simulated_reconnect_core);

}  // namespace uplink::detail
