// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client and the network of the fault driver and the random programs, over TLS. Each client does a whole handshake:
// what earlier ones have done changes nothing. See support/driven_client.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>
#include <uplink/tls_context.hpp>
#include <uplink/tls_stream.hpp>

#include "tls/certificates.hpp"
#include "tls/tls_instantiations.hpp"
#include "tls/tls_server_layer.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

using client_type = uplink::async_client<uplink::tls_stream<uplink::testing::socket>>;
inline constexpr bool the_transport_takes_plaintext = false;

/// The certificates are made once in the process. Signatures of Ed25519 are all of one size, so that the same program
/// is always the same operations of the transport.
struct driven_tls {
    const certificate root = an_authority("Root").with_key(key_kind::ed25519).signed_by_itself();
    const context_ptr server = server_context(a_leaf()
                                                  .with_key(key_kind::ed25519)
                                                  .for_host("server.test")
                                                  .for_address("192.0.2.1")
                                                  .for_address("192.0.2.2")
                                                  .for_address("192.0.2.3")
                                                  .for_address("192.0.2.4")
                                                  .for_address("192.0.2.5")
                                                  .for_address("192.0.2.99")
                                                  .for_address("2001:db8::1")
                                                  .signed_by(root));
    const tls_context client{tls_options{.ca_pem = root.pem(), .session_cache = 0}};

    static const driven_tls& shared() {
        static const driven_tls made;
        return made;
    }
};

inline std::unique_ptr<client_type> make_driven_client(const client_type::executor_type& executor,
                                                       client_options options) {
    return std::make_unique<client_type>(executor, driven_tls::shared().client, std::move(options));
}
inline void prepare_driven_network(testing::network& network) {
    constexpr std::size_t window_factor = 16;  // a record is longer than what the scripts say
    network.over(tls_server(driven_tls::shared().server), window_factor);
}

}  // namespace uplink::tests
