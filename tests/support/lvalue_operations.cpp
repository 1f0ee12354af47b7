// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/lvalue_operations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_LVALUE_OPERATIONS();

}  // namespace uplink::detail
