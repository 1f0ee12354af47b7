// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inside of the client that most tests use, compiled once in instantiations.cpp: the tests' own build time goes
// mostly there else.
#pragma once

#include <uplink/async_client.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using tested_core = client_core<net::ip::tcp::socket, received_bytes>;

extern template class client_core<net::ip::tcp::socket, received_bytes>;
extern template class connection<tested_core>;
extern template class sender<connection<tested_core>>;
extern template class receiver<connection<tested_core>>;
extern template class connect_operation<tested_core>;
extern template class connect_race<net::ip::tcp::endpoint>;
extern template class attempt_sockets<net::ip::tcp::socket>;
extern template class completion_queue<tested_core>;
extern template class deadline_queue<tested_core, tested_core::timer_type, tested_core::time_point>;
extern template class admission<tested_core>;

}  // namespace uplink::detail
