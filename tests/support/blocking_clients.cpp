// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/blocking_clients.hpp"

namespace uplink::inline UPLINK_NAMESPACE {

UPLINK_TESTS_BLOCKING_CLIENTS();

}  // namespace uplink
