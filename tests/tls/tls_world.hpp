// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A simulated network with a server that speaks TLS, and clients that trust it.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>
#include <uplink/tls_context.hpp>
#include <uplink/tls_stream.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/connect_completion.hpp"
#include "tls/certificates.hpp"
#include "tls/tls_instantiations.hpp"
#include "tls/tls_server_layer.hpp"

#include <string>
#include <utility>

namespace uplink::tests {

using simulated_tls_client = async_client<tls_stream<testing::socket>>;

class tls_world {
public:
    explicit tls_world(int version = 0) {
        SSL_CTX_set_min_proto_version(server.get(), version);
        SSL_CTX_set_max_proto_version(server.get(), version);
        net.host("server.test").v4({"192.0.2.1"});
    }
    ~tls_world() {
        for (const std::string& each : net.failures()) FAIL_CHECK(each);
        CHECK(net.open_sockets() == 0);
    }

    /// The server's script, which speaks plaintext.
    testing::endpoint& peer() { return net.endpoint("192.0.2.1:443").accept().over(tls_server(server)); }

    simulated_tls_client client(tls_options options = {}, client_options plain = {}) {
        if (options.ca_pem.empty()) options.ca_pem = root.pem();
        return simulated_tls_client(net.get_executor(), std::move(options), std::move(plain));
    }
    template <class Client> void connect(Client& client) {
        connect_completion connected;
        client.async_connect("server.test", "443", connected.handler(net));
        net.run_until([&] { return connected.calls != 0; });
        INFO(to_string(client.last_connect()));
        REQUIRE(connected.calls == 1);
        REQUIRE_FALSE(connected.ec);
    }
    /// Sends and receives at once until the peer has ended, and closes.
    template <class Client> void converse(Client& client, const std::string& says, const std::string& hears) {
        completion sent, received;
        client.async_send(net::buffer(says), record(sent));
        client.async_receive(record(received));
        net.run();
        CHECK(sent == completed(success, says.size()));
        CHECK(received == completed(success, hears.size()));
        CHECK((client.state().view() == hears));
        end(client);
    }
    template <class Client> void end(Client& client) {
        client.close();
        net.run();
    }

    const certificate root = an_authority("Root").signed_by_itself();
    const context_ptr server = server_context(a_leaf().for_host("server.test").signed_by(root));
    testing::network net{};
};

}  // namespace uplink::tests
