// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a reload does to the sessions that are kept: those of other roots, lists of revoked certificates and client
// certificates are not taken up again.
#include <uplink/detail/tls/tls_shared.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/resumption.hpp"
#include "tls/revocation_list.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>

#include <vector>

namespace uplink::tests {

TEST_CASE(
    "TLS resumption: a reload with other roots makes a whole handshake, with the same roots it does not",
    "[verdict]") {
    verdict_table table;
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
        roots.write("hello");
        error_code ec;
        context.reload(ec);
        CHECK(ec == errc::tls_configuration);
        CHECK(meet(context, server) == resumed);  // nothing has changed
        roots.write(trusted_root().pem() + other.pem());
        context.reload();
        CHECK(meet_often(table, "another root beside the first", version, 2, context, server) ==
              std::vector{whole, resumed});
        roots.write(other.pem());
        context.reload();
        CHECK(meet_often(table, "another root alone", version, 2, context, server) ==
              std::vector{rejected, rejected});
        roots.write(trusted_root().pem());
        context.reload();
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
    }
}

TEST_CASE("TLS resumption: a connection of before a reload keeps nothing for those after it") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = our_server(version);
        const temporary_file roots(trusted_root().pem());
        tls_context context({.ca_file = roots.path()});
        tls_meeting before(context, server.get());
        roots.write(trusted_root().pem() + an_authority("Other").signed_by_itself().pem());
        context.reload();
        CHECK(before.connect() == accepted);
        before.exchange();
        CHECK(meet(context, server) == ending::whole);
    }
}

TEST_CASE("TLS resumption: a new list of revoked certificates is asked before anything is resumed",
          "[verdict]") {
    verdict_table table;
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
        CHECK(meet_often(table, "revoked meanwhile", version, 1, context, server) == std::vector{rejected});
    }
}

TEST_CASE("TLS resumption: another client certificate makes a whole handshake", "[verdict]") {
    verdict_table table;
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
        CHECK(meet_often(table, "another client certificate", version, 2, context, server) ==
              std::vector{whole, resumed});
    }
}

}  // namespace uplink::tests
