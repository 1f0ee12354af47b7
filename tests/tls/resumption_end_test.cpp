// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When a session that is kept may not be resumed any more: its chain or a list of revoked certificates has expired, or
// the server has not proved for seven days that it has its key. The dates are moved in OpenSSL's own objects.
#include <uplink/detail/tls/session_facts.hpp>
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
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <vector>

namespace uplink::tests {

namespace {

/// A minute ago.
const ASN1_TIME* past() {
    static const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> made(X509_gmtime_adj(nullptr, -60),
                                                                            &ASN1_TIME_free);
    return made.get();
}

}  // namespace

TEST_CASE("TLS resumption: after a list of revoked certificates has expired there is a whole handshake",
          "[verdict]") {
    verdict_table table;
    for (const int version : every_version) {
        INFO("version " << version);
        const temporary_file list(a_revocation_list().signed_by(trusted_root()));
        tls_options options = trusting(trusted_root());
        options.crl_file = list.path();
        const tls_context context(options);
        const context_ptr server = our_server(version);
        using enum ending;
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
        X509_CRL* const used = sk_X509_CRL_value(context.shared()->configuration()->revocation_lists(), 0);
        REQUIRE(X509_CRL_set1_nextUpdate(used, past()) == 1);
        CHECK(meet_often(table, "a list that has expired", version, 1, context, server) ==
              std::vector{rejected});
    }
}

TEST_CASE("TLS resumption: after a certificate of the kept chain has expired there is a whole handshake") {
    for (const int version : every_version) {
        for (const int place : {0, 1}) {
            CAPTURE(version, place);
            const tls_context context(trusting(trusted_root()));
            const certificate leaf = a_leaf().for_host("server.test").signed_by(trusted_root());
            const context_ptr server = our_server(version, leaf);
            tls_meeting first(context, server.get());
            CHECK(first.connect() == accepted);
            first.exchange();
            CHECK(meet(context, server) == ending::resumed);
            const STACK_OF(X509)* const chain = SSL_get0_verified_chain(first.client.native_handle());
            REQUIRE(sk_X509_num(chain) == 2);
            X509* const expiring = sk_X509_value(chain, place);
            REQUIRE(X509_set1_notAfter(expiring, past()) == 1);
            CHECK(meet(context, server) == (place == 0 ? ending::whole : ending::rejected));
        }
    }
}

TEST_CASE("TLS resumption: a session ends seven days after the last whole handshake") {
    using namespace std::chrono_literals;
    for (const int version : every_version) {
        CAPTURE(version);
        const tls_context context(trusting(trusted_root()));
        const context_ptr server = our_server(version);
        tls_meeting meeting(context, server.get());
        CHECK(meeting.connect() == accepted);
        meeting.exchange();
        const auto is_kept = [&](std::chrono::seconds ago) {
            detail::tls_shared shared(trusting(trusted_root()));
            shared.keep("peer", {detail::session_ptr(SSL_get1_session(meeting.client.native_handle())),
                                 {},
                                 std::chrono::steady_clock::now() - ago});
            return shared.take("peer").has_value();
        };
        CHECK(is_kept(0s));
        CHECK(is_kept(7 * 24h - 1h));
        CHECK_FALSE(is_kept(7 * 24h));
    }
}

TEST_CASE("TLS resumption: a resumed connection does not count as a whole handshake") {
    for (const int version : every_version) {
        CAPTURE(version);
        const tls_context context(trusting(trusted_root()));
        const context_ptr server = our_server(version);
        const auto verified_at = [&](ending expected) {
            tls_meeting meeting(context, server.get());
            const verdict seen = meeting.connect();
            meeting.exchange();
            CHECK(ending_of(meeting, seen) == expected);
            return meeting.peer.verified_at();
        };
        const auto first = verified_at(ending::whole);
        CHECK(verified_at(ending::resumed) == first);
        CHECK(verified_at(ending::resumed) == first);  // with what the second one has kept
        CHECK(first != std::chrono::steady_clock::time_point());
    }
}

}  // namespace uplink::tests
