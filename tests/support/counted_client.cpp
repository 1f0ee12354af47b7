// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/counted_client.hpp"

namespace uplink::tests {

doomed::doomed() {
    completion connected;
    client->async_connect(server.host(), server.service(), record(connected));
    io->run();
    CHECK(connected == completed(success));
    io->restart();
}

doomed::~doomed() = default;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_TESTS_COUNTED_CLIENT();

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

template class async_client<tests::counted_socket>;
template tests::counted_client::async_client(net::io_context&, client_options, received_bytes);

}  // namespace uplink
