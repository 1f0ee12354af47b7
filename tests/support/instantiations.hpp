// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the clients that most tests use, compiled once in instantiations.cpp: the tests' own build time goes
// mostly there else. That of a real socket is the library's own affair, by UPLINK_SEPARATE_COMPILATION.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/testing/socket.hpp>
#include <uplink/testing/timer.hpp>

#include "support/any_executor.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

using simulated_core = client_core<testing::socket, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, simulated_core);
extern template class attempt_sockets<net::ip::tcp::socket>;
extern template class attempt_sockets<testing::socket>;
extern template class connect_race<net::ip::tcp::endpoint>;

}  // namespace uplink::detail

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_USUAL_CLIENTS(PREFIX)                                                                   \
    PREFIX template class async_client<>;                                                                    \
    PREFIX template class async_client<testing::socket>;                                                     \
    PREFIX template async_client<>::async_client(net::io_context&, client_options, received_bytes)

namespace uplink::inline UPLINK_NAMESPACE {

UPLINK_TESTS_USUAL_CLIENTS(extern);

}  // namespace uplink

namespace uplink::inline UPLINK_NAMESPACE::testing {

extern template class basic_socket<net::any_io_executor>;
extern template class basic_timer<net::any_io_executor>;

}  // namespace uplink::testing
