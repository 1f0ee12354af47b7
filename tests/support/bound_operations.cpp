// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/bound_operations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_BOUND_OPERATIONS();

}  // namespace uplink::detail
