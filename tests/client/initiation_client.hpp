// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that is connected to a simulated server, for the tests of initiations.
#pragma once

#include "support/completion.hpp"
#include "support/connected.hpp"

#include <string>

namespace uplink::tests {

inline const auto initiation_server = testing::detail::parse_endpoint(server_address);

struct connected_client {
    testing::network net;
    client_type client{net.get_executor()};
    explicit connected_client(const std::string& reply = "text") {
        net.endpoint(initiation_server).accept().reply(reply).deaf();
        completion connected;
        client.async_connect(initiation_server, record(connected));
        net.run();
    }
};

}  // namespace uplink::tests
