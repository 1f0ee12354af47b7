// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client of a real socket whose state calls the test, see asking_client.hpp: its inside and its usual operations are
// compiled once, in asking_socket_client.cpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>

#include "support/asking_client.hpp"
#include "support/recorded_operations.hpp"

namespace uplink::tests {

using asking_socket_client = async_client<net::ip::tcp::socket, asking_bytes>;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

using asking_socket_core = client_core<net::ip::tcp::socket, tests::asking_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, asking_socket_core);
UPLINK_TESTS_RECORDED_OPERATIONS(extern, asking_socket_core);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

extern template class async_client<net::ip::tcp::socket, tests::asking_bytes>;

}  // namespace uplink
