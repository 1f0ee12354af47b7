// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/tls_instantiations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, simulated_tls_core);
template class tls_channel<testing::socket>;
template class ciphertext_writer<tls_channel<testing::socket>>;

}  // namespace uplink::detail
