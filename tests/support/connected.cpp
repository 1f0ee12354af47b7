// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/connected.hpp"

namespace uplink::tests {

connected::connected(const describe& server, uplink::client_options options, bool handlers_are_bound)
    : client_run(handlers_are_bound, std::move(options)) {
    server(network().endpoint(server_address));
    peer_echoes = true;  // until told otherwise by a test that looks at what was received
    const operation& connecting = connect(server_address);
    run_until(connecting);
    CHECK(connecting == completed(success));
    peer_echoes = false;
}

connected::~connected() {
    for (const std::string& each : failures()) {
        INFO(each);
        CHECK(false);
    }
}

void connected::run_until(const completion& result) {
    network().run_until([&] { return static_cast<bool>(result); });
}

const std::string& connected::peer_got() { return network().attempts().back().received; }

std::string connected::held() { return std::string(client()->state().view()); }

void deaf_after_four(uplink::testing::endpoint& server) { server.accept().window(4).deaf(); }

void deaf_with_reply(uplink::testing::endpoint& server) { server.accept().window(4).reply("abc").deaf(); }

}  // namespace uplink::tests
