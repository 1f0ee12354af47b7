// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/message_operations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_MESSAGE_OPERATIONS(, usual_core);
UPLINK_TESTS_MESSAGE_OPERATIONS(, simulated_core);

}  // namespace uplink::detail
