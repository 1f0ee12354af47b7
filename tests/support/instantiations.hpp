// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the clients that most tests use, of a real socket and of a simulated one, compiled once in
// instantiations.cpp: the tests' own build time goes mostly there else.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/socket.hpp>
#include <uplink/testing/timer.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using tested_core = client_core<net::ip::tcp::socket, received_bytes>;
using simulated_core = client_core<testing::socket, received_bytes>;

extern template class client_core<net::ip::tcp::socket, received_bytes>;
extern template class connection<tested_core>;
extern template class sender<connection<tested_core>>;
extern template class receiver<connection<tested_core>>;
extern template class connect_operation<tested_core>;
extern template class attempt_sockets<net::ip::tcp::socket>;
extern template class completion_queue<tested_core>;
extern template class deadline_queue<tested_core, tested_core::timer_type, tested_core::time_point>;
extern template class admission<tested_core>;
extern template class client_connections<tested_core>;
extern template class turn<tested_core, tested_core::timer_type, tested_core::time_point>;
extern template class reader<connection<tested_core>>;
extern template class writer<connection<tested_core>>;
extern template class read_room<tested_core>;
extern template class connect_race<net::ip::tcp::endpoint>;

extern template class client_core<testing::socket, received_bytes>;
extern template class connection<simulated_core>;
extern template class sender<connection<simulated_core>>;
extern template class receiver<connection<simulated_core>>;
extern template class connect_operation<simulated_core>;
extern template class attempt_sockets<testing::socket>;
extern template class completion_queue<simulated_core>;
extern template class deadline_queue<simulated_core, simulated_core::timer_type, simulated_core::time_point>;
extern template class admission<simulated_core>;
extern template class client_connections<simulated_core>;
extern template class turn<simulated_core, simulated_core::timer_type, simulated_core::time_point>;
extern template class reader<connection<simulated_core>>;
extern template class writer<connection<simulated_core>>;
extern template class read_room<simulated_core>;

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE::testing {

extern template class basic_socket<net::any_io_executor>;
extern template class basic_timer<net::any_io_executor>;

}  // namespace uplink::testing
