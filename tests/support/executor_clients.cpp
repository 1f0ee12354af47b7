// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/executor_clients.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSIDE(, context_core);
UPLINK_DETAIL_CLIENT_INSIDE(, strand_core);
UPLINK_DETAIL_CLIENT_INSIDE(, awaiting_core);

}  // namespace uplink::detail
