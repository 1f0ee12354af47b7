// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/executor_clients.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, context_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, strand_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, awaiting_core);

}  // namespace uplink::detail
