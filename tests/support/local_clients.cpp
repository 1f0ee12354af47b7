// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/local_clients.hpp"

#include <cstdlib>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <>
refusal connect_operation<local_core>::plan(const std::vector<local_core::endpoint_type>&, connect_target&) {
    std::abort();
}

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, local_core);
UPLINK_TESTS_RECORDED_OPERATIONS(, local_core);
template class socket_admission<local_core>;
template void socket_admission<local_core>::connect(operation_ptr<connect_operation<local_core>>&,
                                                    std::string&&,
                                                    const std::optional<local_core::time_limit>&);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

template class async_client<net::local::stream_protocol::socket>;
template local_client::async_client(net::io_context&, client_options, received_bytes);

}  // namespace uplink
