// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/asking_client.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, asking_core);

}  // namespace uplink::detail

namespace uplink::tests {

template class scripted_client<asking_bytes>;

}  // namespace uplink::tests
