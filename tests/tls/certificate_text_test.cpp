// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a program may ask about a session: the server's certificate, and keying material that both sides have.
#include <uplink/detail/tls/certificate_text.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <string>

namespace uplink::tests {

using detail::export_keying_material;
using detail::peer_certificate_pem;

TEST_CASE("TLS keying material: both sides have the same, and no other connection has it") {
    const std::string label = "EXPORTER-Channel-Binding";  // RFC 9266
    const certificate shown = a_leaf().for_host("server.test").signed_by(trusted_root());
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = server_context(shown);
        SSL_CTX_set_min_proto_version(server.get(), version);
        SSL_CTX_set_max_proto_version(server.get(), version);
        tls_options options = trusting(trusted_root());
        tls_meeting first(options, server.get());
        tls_meeting second(options, server.get());
        SSL* const ssl = first.client.native_handle();
        CHECK(export_keying_material(ssl, label, "", 32).empty());
        CHECK(peer_certificate_pem(ssl).empty());
        CHECK(first.connect() == accepted);
        CHECK(second.connect() == accepted);
        const std::string ours = export_keying_material(ssl, label, "", 32);
        CHECK(ours.size() == 32);
        CHECK(ours == export_keying_material(first.server.native_handle(), label, "", 32));
        CHECK(ours != export_keying_material(second.client.native_handle(), label, "", 32));
        CHECK(ours != export_keying_material(ssl, "EXPORTER-Other", "", 32));
        CHECK(ours != export_keying_material(ssl, label, "context", 32));
        CHECK(export_keying_material(ssl, label, "", 0).empty());
        CHECK(peer_certificate_pem(ssl) == shown.pem());
    }
    CHECK(export_keying_material(nullptr, label, "", 32).empty());
    CHECK(peer_certificate_pem(nullptr).empty());
}

}  // namespace uplink::tests
