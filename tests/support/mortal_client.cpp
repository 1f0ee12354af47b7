// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/mortal_client.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_MORTAL_OPERATIONS();

}  // namespace uplink::detail

namespace uplink::tests {

UPLINK_TESTS_MORTAL_CLIENTS();

}  // namespace uplink::tests
