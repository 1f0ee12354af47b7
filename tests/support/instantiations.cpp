// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/instantiations.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

template class client_core<net::ip::tcp::socket, received_bytes>;
template class connection<tested_core>;
template class sender<connection<tested_core>>;
template class receiver<connection<tested_core>>;
template class connect_operation<tested_core>;
template class connect_race<net::ip::tcp::endpoint>;
template class attempt_sockets<net::ip::tcp::socket>;
template class completion_queue<tested_core>;
template class deadline_queue<tested_core, tested_core::timer_type, tested_core::time_point>;
template class admission<tested_core>;

}  // namespace uplink::detail
