// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/scripted_stream.hpp"

namespace uplink::inline UPLINK_NAMESPACE::detail {

template class client_core<tests::scripted_stream<testing::socket>, received_bytes>;
template class connection<scripted_core>;
template class sender<connection<scripted_core>>;
template class receiver<connection<scripted_core>>;
template class connect_operation<scripted_core>;
template class completion_queue<scripted_core>;
template class deadline_queue<scripted_core, scripted_core::timer_type, scripted_core::time_point>;
template class admission<scripted_core>;
template class client_connections<scripted_core>;
template class turn<scripted_core, scripted_core::timer_type, scripted_core::time_point>;
template class reader<connection<scripted_core>>;
template class writer<connection<scripted_core>>;
template class read_room<scripted_core>;

}  // namespace uplink::detail

namespace uplink::tests {

template class scripted_client<received_bytes>;

}  // namespace uplink::tests
