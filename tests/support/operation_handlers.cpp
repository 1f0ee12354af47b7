// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/operation_handlers.hpp"

namespace uplink::tests {

UPLINK_TESTS_START_ONE();

}  // namespace uplink::tests
