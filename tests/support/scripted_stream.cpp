// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/scripted_stream.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, scripted_core);
UPLINK_TESTS_RECORDED_OPERATIONS(, scripted_core);

}  // namespace uplink::detail

namespace uplink::tests {

template class scripted_client<received_bytes>;

}  // namespace uplink::tests
