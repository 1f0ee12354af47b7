// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/sink_client.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_SINK_CLIENT();

}  // namespace uplink::detail
