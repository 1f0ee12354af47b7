// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/instantiations.hpp"

#include <uplink/impl/src.hpp>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(, simulated_core);
template class attempt_sockets<net::ip::tcp::socket>;
template class attempt_sockets<testing::socket>;
template class connect_race<net::ip::tcp::endpoint>;

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

UPLINK_TESTS_USUAL_CLIENTS();

}  // namespace uplink

namespace uplink::inline UPLINK_NAMESPACE::testing {

template class basic_socket<net::any_io_executor>;
template class basic_timer<net::any_io_executor>;

}  // namespace uplink::testing
