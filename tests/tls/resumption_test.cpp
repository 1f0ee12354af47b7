// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which connections resume an earlier session: those to the same peer, if its server still knows the session. What a
// reload changes is in tls_shared_test.cpp.

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/resumption.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>

#include <vector>

namespace uplink::tests {

TEST_CASE("TLS resumption: the same peer is resumed, again and again", "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        using enum ending;
        CHECK(meet_often(table, "the same peer and settings", version, 6, context, server) ==
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

TEST_CASE("TLS resumption: no early data is sent to a server that would take it") {
    const tls_context context = trusting(trusted_root());
    const context_ptr server = our_server(TLS1_3_VERSION);
    SSL_CTX_set_max_early_data(server.get(), 16384);
    REQUIRE(meet(context, server) == ending::whole);
    tls_meeting meeting(context, server.get());
    meeting.begin();
    CHECK(SSL_SESSION_get_max_early_data(SSL_get0_session(meeting.client.native_handle())) == 16384);
    CHECK(meeting.finish() == accepted);
    CHECK(meeting.report().resumed);
    for (SSL* const each : {meeting.client.native_handle(), meeting.server.native_handle()})
        CHECK(SSL_get_early_data_status(each) == SSL_EARLY_DATA_NOT_SENT);
}

TEST_CASE("TLS resumption: another host, port or way is another peer, and so is nobody that was named") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        using enum ending;
        CHECK(meet(context, server) == whole);
        CHECK(meet(context, server, {"other.test", "443", ""}) == whole);
        CHECK(meet(context, server, {"server.test", "444", ""}) == whole);
        CHECK(meet(context, server, {"server.test", "443", "a proxy"}) == whole);
        CHECK(meet(context, server, {"server.test", "", ""}) == whole);  // a socket that was handed over
        CHECK(meet(context, server, {"server.test", "", ""}) == whole);
        CHECK(meet(context, server) == resumed);
        CHECK(meet(context, server, {"SERVER.test", "443", ""}) == resumed);  // a name has no case
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
    "TLS resumption: a server that has got a new certificate, and knows the session, is still who it was",
    "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        REQUIRE(meet(context, server) == ending::whole);
        const certificate renewed = a_leaf().for_host("server.test").signed_by(trusted_root());
        SSL_CTX_use_cert_and_key(server.get(), renewed.x509(), renewed.key(), nullptr, 1);
        CHECK(meet_often(table, "after a certificate change", version, 2, context, server) ==
              std::vector{ending::resumed, ending::resumed});
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
