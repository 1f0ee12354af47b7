// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which connections resume an earlier session: those to the same peer with the same roots and settings, and a server that
// still knows the session.

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/resumption.hpp"
#include "tls/revocation_list.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <vector>

namespace uplink::tests {

TEST_CASE("TLS resumption: the same peer is resumed, again and again") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        using enum ending;
        CHECK(meet_often(6, context, server) ==
              std::vector{whole, resumed, resumed, resumed, resumed, resumed});
        CHECK(meet(trusting(trusted_root()), server) == whole);  // another context has no part in it
    }
}

TEST_CASE("TLS resumption: a resumed connection carries data, and its report is that of a whole handshake") {
    for (const int version : every_version) {
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        REQUIRE(meet(context, server) == ending::whole);
        tls_meeting meeting(context, server.get());
        CHECK(meeting.connect() == accepted);
        meeting.server.write(net::buffer("data", 4));
        CHECK(meeting.exchange().bytes == "data");
        CHECK(meeting.report().resumed);
        CHECK(meeting.report().protocol == (version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"));
    }
}

TEST_CASE("TLS resumption: another host, port or way is another peer; so is nobody that was named") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const certificate shown =
            a_leaf().for_host("server.test").for_host("other.test").signed_by(trusted_root());
        const context_ptr server = our_server(version, shown);
        using enum ending;
        CHECK(meet(context, server) == whole);
        CHECK(meet(context, server, {"other.test", "443", ""}) == whole);
        CHECK(meet(context, server, {"server.test", "444", ""}) == whole);
        CHECK(meet(context, server, {"server.test", "443", "a proxy"}) == whole);
        CHECK(meet(context, server, {"server.test", "", ""}) == whole);  // a socket that was handed over
        CHECK(meet(context, server, {"server.test", "", ""}) == whole);
        CHECK(meet(context, server) == resumed);
        CHECK(meet(context, server, {"other.test", "443", ""}) == resumed);
        CHECK(meet(context, server, {"server.test", "443", "a proxy"}) == resumed);
    }
}

TEST_CASE("TLS resumption: session_cache = 0 keeps none") {
    for (const int version : every_version) {
        tls_options options = trusting(trusted_root());
        options.session_cache = 0;
        const context_ptr server = our_server(version);
        CHECK(meet_often(2, options, server) == std::vector{ending::whole, ending::whole});
    }
}

TEST_CASE(
    "TLS resumption: a reload with other roots makes a whole handshake, with the same roots it does not") {
    for (const int version : every_version) {
        INFO("version " << version);
        const certificate other = an_authority("Other").signed_by_itself();
        const temporary_file roots(trusted_root().pem());
        tls_options options;
        options.ca_file = roots.path();
        tls_context context(options);
        const context_ptr server = our_server(version);
        using enum ending;
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
        context.reload();
        CHECK(meet(context, server) == resumed);
        roots.write(trusted_root().pem() + other.pem());
        context.reload();
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
        roots.write(other.pem());
        context.reload();
        CHECK(meet_often(2, context, server) == std::vector{rejected, rejected});
        roots.write(trusted_root().pem());
        context.reload();
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
    }
}

TEST_CASE("TLS resumption: a new list of revoked certificates is asked before anything is resumed") {
    for (const int version : every_version) {
        INFO("version " << version);
        const certificate leaf = our_leaf();
        const temporary_file list(a_revocation_list().signed_by(trusted_root()));
        tls_options options = trusting(trusted_root());
        options.crl_file = list.path();
        tls_context context(options);
        const context_ptr server = our_server(version, leaf);
        using enum ending;
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
        list.write(a_revocation_list().with(leaf).signed_by(trusted_root()));
        context.reload();
        CHECK(meet(context, server) == rejected);
    }
}

TEST_CASE("TLS resumption: another client certificate makes a whole handshake") {
    for (const int version : every_version) {
        INFO("version " << version);
        const certificate first = a_leaf("First").signed_by(trusted_root());
        const certificate second = a_leaf("Second").signed_by(trusted_root());
        const temporary_file file(first.pem() + first.key_pem());
        tls_options options = trusting(trusted_root());
        options.certificate_file = file.path();
        tls_context context(options);
        const context_ptr server = our_server(version);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(server.get()), trusted_root().x509());
        SSL_CTX_set_verify(server.get(), SSL_VERIFY_PEER, nullptr);
        using enum ending;
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
        file.write(second.pem() + second.key_pem());
        context.reload();
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
    }
}

TEST_CASE("TLS resumption: a server that has forgotten the session does a whole handshake") {
    for (const int version : every_version) {
        const tls_context context = trusting(trusted_root());
        using enum ending;
        CHECK(meet(context, our_server(version)) == whole);
        const context_ptr after_restart = our_server(version);
        CHECK(meet_often(2, context, after_restart) == std::vector{whole, resumed});
        // With a certificate that is no longer good for it.
        CHECK(meet(context, our_server(version, our_leaf().without_intermediates())) == whole);
        const certificate strange = a_leaf().for_host("server.test").signed_by_itself();
        CHECK(meet(context, our_server(version, strange)) == rejected);
    }
}

TEST_CASE(
    "TLS resumption: a server that has got a new certificate, and knows the session, is still who it was") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        REQUIRE(meet(context, server) == ending::whole);
        const certificate renewed = a_leaf().for_host("server.test").signed_by(trusted_root());
        SSL_CTX_use_cert_and_key(server.get(), renewed.x509(), renewed.key(), nullptr, 1);
        CHECK(meet_often(2, context, server) == std::vector{ending::resumed, ending::resumed});
        CHECK(meet(trusting(trusted_root()), server) == ending::whole);
    }
}

TEST_CASE("TLS resumption: a server that has changed versions does a whole handshake") {
    const tls_context context = trusting(trusted_root());
    const context_ptr server = server_context(our_leaf());
    using enum ending;
    CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
    SSL_CTX_set_max_proto_version(server.get(), TLS1_2_VERSION);
    CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
    SSL_CTX_set_max_proto_version(server.get(), TLS1_3_VERSION);
    CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
}

}  // namespace uplink::tests
