// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/owning_operations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_HANDLED_OPERATIONS(, tests::owning_recorder, simulated_core);

}  // namespace uplink::detail
