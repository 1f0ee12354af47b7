// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/asking_socket_client.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, asking_socket_core);
UPLINK_TESTS_RECORDED_OPERATIONS(, asking_socket_core);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

template class async_client<net::ip::tcp::socket, tests::asking_bytes>;

}  // namespace uplink
