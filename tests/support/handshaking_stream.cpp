// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/handshaking_stream.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, handshaking_core);

}  // namespace uplink::detail
