// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the clients that most tests use, of a real socket and of a simulated one, compiled once in
// instantiations.cpp: the tests' own build time goes mostly there else.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/socket.hpp>
#include <uplink/testing/timer.hpp>

#include "support/client_inside.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

using tested_core = client_core<net::ip::tcp::socket, received_bytes>;
using simulated_core = client_core<testing::socket, received_bytes>;

UPLINK_TESTS_CLIENT_INSIDE(extern, tested_core);
UPLINK_TESTS_CLIENT_INSIDE(extern, simulated_core);
extern template class attempt_sockets<net::ip::tcp::socket>;
extern template class attempt_sockets<testing::socket>;
extern template class connect_race<net::ip::tcp::endpoint>;

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE::testing {

extern template class basic_socket<net::any_io_executor>;
extern template class basic_timer<net::any_io_executor>;

}  // namespace uplink::testing
