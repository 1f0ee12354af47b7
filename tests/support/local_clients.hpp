// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client of a local (Unix domain) socket: its inside and its usual operations are compiled once, in
// local_clients.cpp. See instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/detail/client/socket_admission.hpp>

#include "support/recorded_operations.hpp"

#include <optional>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using local_core = client_core<net::local::stream_protocol::socket, received_bytes>;

/// Never called, since a proxy is for TCP alone; the general one compiles for no other endpoints.
template <>
refusal connect_operation<local_core>::plan(const std::vector<local_core::endpoint_type>& endpoints,
                                            connect_target& first);

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, local_core);
UPLINK_TESTS_RECORDED_OPERATIONS(extern, local_core);
extern template class socket_admission<local_core>;
extern template void socket_admission<local_core>::connect(operation_ptr<connect_operation<local_core>>&,
                                                           std::string&&,
                                                           const std::optional<local_core::time_limit>&);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

extern template class async_client<net::local::stream_protocol::socket>;
extern template local_client::async_client(net::io_context&, client_options, received_bytes);

}  // namespace uplink
