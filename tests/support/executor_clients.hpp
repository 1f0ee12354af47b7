// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Clients on executors that are not type-erased, or whose default token is use_awaitable: their inside is compiled
// once, in executor_clients.cpp. See instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>

#include "support/tokens.hpp"

namespace uplink::tests {

template <class Executor> using client_on = async_client<net::basic_stream_socket<net::ip::tcp, Executor>>;

using context_executor = net::io_context::executor_type;
using strand_executor = net::strand<context_executor>;
using awaiting_socket = net::use_awaitable_t<>::as_default_on_t<net::ip::tcp::socket>;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

using context_core = client_core<tests::client_on<tests::context_executor>::stream_type, received_bytes>;
using strand_core = client_core<tests::client_on<tests::strand_executor>::stream_type, received_bytes>;
using awaiting_core = client_core<tests::awaiting_socket, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, context_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, strand_core);
UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, awaiting_core);

}  // namespace uplink::detail
