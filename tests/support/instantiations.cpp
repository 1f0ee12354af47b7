// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/instantiations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

template class client_core<net::ip::tcp::socket, received_bytes>;
template class connection<tested_core>;
template class sender<connection<tested_core>>;
template class receiver<connection<tested_core>>;
template class connect_operation<tested_core>;
template class attempt_sockets<net::ip::tcp::socket>;
template class completion_queue<tested_core>;
template class deadline_queue<tested_core, tested_core::timer_type, tested_core::time_point>;
template class admission<tested_core>;
template class client_connections<tested_core>;
template class turn<tested_core, tested_core::timer_type, tested_core::time_point>;
template class reader<connection<tested_core>>;
template class writer<connection<tested_core>>;
template class read_room<tested_core>;
template class connect_race<net::ip::tcp::endpoint>;

template class client_core<testing::socket, received_bytes>;
template class connection<simulated_core>;
template class sender<connection<simulated_core>>;
template class receiver<connection<simulated_core>>;
template class connect_operation<simulated_core>;
template class attempt_sockets<testing::socket>;
template class completion_queue<simulated_core>;
template class deadline_queue<simulated_core, simulated_core::timer_type, simulated_core::time_point>;
template class admission<simulated_core>;
template class client_connections<simulated_core>;
template class turn<simulated_core, simulated_core::timer_type, simulated_core::time_point>;
template class reader<connection<simulated_core>>;
template class writer<connection<simulated_core>>;
template class read_room<simulated_core>;

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE::testing {

template class basic_socket<net::any_io_executor>;
template class basic_timer<net::any_io_executor>;

}  // namespace uplink::testing
