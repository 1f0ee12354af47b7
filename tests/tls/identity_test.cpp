// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Who is believed: keys, dates, chains, uses and strengths of certificates, each with its exact verdict. Names are in
// identity_names_test.cpp.

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

/// Right in every way that a row does not change.
certificate_builder our_leaf() { return a_leaf().for_host("server.test"); }

verdict leaf_rejected(int x509_error) { return rejected(x509_error, 0, "CN=Leaf"); }

/// A root, so many authorities below it, and a leaf.
certificate leaf_below(int authorities) {
    certificate issuer = trusted_root();
    for (int i = 1; i <= authorities; ++i) {
        issuer = an_authority("Authority " + std::to_string(i)).signed_by(issuer);
    }
    return our_leaf().signed_by(issuer);
}

}  // namespace

TEST_CASE("TLS identity: each kind of key is accepted, of the server and of its authority", "[verdict]") {
    for (const key_kind root_kind : {key_kind::p256, key_kind::p384, key_kind::ed25519, key_kind::rsa}) {
        const certificate root = an_authority("Root").with_key(root_kind).signed_by_itself();
        check_identities(trusting(root),
                         {
                             {"ECDSA", our_leaf().with_key(key_kind::p256).signed_by(root)},
                             {"ECDSA on P-384", our_leaf().with_key(key_kind::p384).signed_by(root)},
                             {"Ed25519", our_leaf().with_key(key_kind::ed25519).signed_by(root)},
                             {"RSA", our_leaf().with_key(key_kind::rsa).signed_by(root)},
                         });
    }
}

TEST_CASE("TLS identity: a certificate is good from its first to its last date, and so is each authority",
          "[verdict]") {
    const certificate& root = trusted_root();
    const certificate old = an_authority("Old").that_has_expired().signed_by(root);
    const certificate early = an_authority("Early").that_is_not_yet_valid().signed_by(root);
    check_identities({
        {"expired", our_leaf().that_has_expired().signed_by(root),
         leaf_rejected(X509_V_ERR_CERT_HAS_EXPIRED)},
        {"not yet valid", our_leaf().that_is_not_yet_valid().signed_by(root),
         leaf_rejected(X509_V_ERR_CERT_NOT_YET_VALID)},
        {"expired authority", our_leaf().signed_by(old), rejected(X509_V_ERR_CERT_HAS_EXPIRED, 1, "CN=Old")},
        {"authority of the future", our_leaf().signed_by(early),
         rejected(X509_V_ERR_CERT_NOT_YET_VALID, 1, "CN=Early")},
        {"for a minute more",
         our_leaf().valid(-std::chrono::hours(1), std::chrono::minutes(1)).signed_by(root)},
    });
    const certificate old_root = an_authority("Old root").that_has_expired().signed_by_itself();
    check_identities(trusting(old_root), {{"expired root", our_leaf().signed_by(old_root),
                                           rejected(X509_V_ERR_CERT_HAS_EXPIRED, 1, "CN=Old root")}});
}

TEST_CASE("TLS identity: nobody vouches for a stranger", "[verdict]") {
    const certificate self_signed = our_leaf().signed_by_itself();
    const certificate stranger = an_authority("Stranger").signed_by_itself();
    const certificate namesake = an_authority("Root").signed_by_itself();  // another key
    const certificate middle = an_authority("Middle").signed_by(stranger);
    const auto no_issuer = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
    check_identities({
        {"self-signed", self_signed, leaf_rejected(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)},
        {"unknown root", our_leaf().signed_by(stranger), leaf_rejected(no_issuer)},
        {"unknown root, sent", our_leaf().signed_by(stranger).followed_by(stranger),
         rejected(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 1, "CN=Stranger")},
        {"unknown root of an authority", our_leaf().signed_by(middle), rejected(no_issuer, 1, "CN=Middle")},
        {"another root of the same name", our_leaf().signed_by(namesake), leaf_rejected(no_issuer)},
        {"another root of the same name, sent", our_leaf().signed_by(namesake).followed_by(namesake),
         rejected(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 1, "CN=Root")},
    });
    check_identities(trusting(self_signed), {{"self-signed, and given as a root", self_signed}});
}

TEST_CASE("TLS identity: an authority that the server does not send is missing, and not fetched",
          "[verdict]") {
    const certificate middle = an_authority("Middle").signed_by(trusted_root());
    const certificate leaf = our_leaf().signed_by(middle);
    const certificate other = an_authority("Other").signed_by(trusted_root());
    check_identities({
        {"all sent", leaf},
        {"the root too", leaf.followed_by(trusted_root())},
        {"a foreign one too", leaf.followed_by(other)},
        {"in the wrong order", leaf_below(2).without_intermediates().followed_by(other),
         leaf_rejected(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)},
        {"missing", leaf.without_intermediates(),
         leaf_rejected(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)},
    });
    tls_options both = trusting(trusted_root());
    both.ca_pem += middle.pem();
    check_identities(both, {{"missing, and given as a root", leaf.without_intermediates()}});
    check_identities(trusting(middle), {{"given alone, without its root", leaf.without_intermediates()},
                                        {"given alone, and sent", leaf}});
    check_identities(trusting(leaf), {{"the leaf itself is given", leaf}});
}

TEST_CASE("TLS identity: a chain of 12 is followed to its root", "[verdict]") {
    check_identities({{"leaf, 10 authorities and root", leaf_below(10)}});
}

TEST_CASE("TLS identity: only an authority signs, and only as deep and as far as it may", "[verdict]") {
    const certificate& root = trusted_root();
    const certificate no_authority = a_leaf("No authority").signed_by(root);
    const certificate no_signer =
        an_authority("No signer").with_key_usage("digitalSignature").signed_by(root);
    const certificate shallow = an_authority("Shallow").as_authority(0).signed_by(root);
    const certificate deep = an_authority("Deep").signed_by(shallow);
    const certificate narrow =
        an_authority("Narrow").with_name_constraints("permitted;DNS:other.test").signed_by(root);
    const certificate wide =
        an_authority("Wide").with_name_constraints("permitted;DNS:server.test").signed_by(root);
    check_identities({
        {"a leaf that signs", our_leaf().signed_by(no_authority),
         rejected(X509_V_ERR_INVALID_CA, 1, "CN=No authority")},
        {"an authority without keyCertSign", our_leaf().signed_by(no_signer),
         rejected(X509_V_ERR_INVALID_CA, 1, "CN=No signer")},
        {"path length 0", our_leaf().signed_by(shallow)},
        {"path length exceeded", our_leaf().signed_by(deep),
         rejected(X509_V_ERR_PATH_LENGTH_EXCEEDED, 2, "CN=Shallow")},
        {"a name that the authority may sign", our_leaf().signed_by(wide)},
        {"a name that the authority may not sign", our_leaf().signed_by(narrow),
         leaf_rejected(X509_V_ERR_PERMITTED_VIOLATION)},
    });
}

TEST_CASE("TLS identity: a certificate for another use is rejected", "[verdict]") {
    const certificate& root = trusted_root();
    check_identities({
        {"serverAuth", our_leaf().with_extended_usage("serverAuth").signed_by(root)},
        {"serverAuth and clientAuth",
         our_leaf().with_extended_usage("serverAuth,clientAuth").signed_by(root)},
        {"clientAuth", our_leaf().with_extended_usage("clientAuth").signed_by(root),
         leaf_rejected(X509_V_ERR_INVALID_PURPOSE)},
        {"codeSigning", our_leaf().with_extended_usage("codeSigning").signed_by(root),
         leaf_rejected(X509_V_ERR_INVALID_PURPOSE)},
        {"digitalSignature", our_leaf().with_key_usage("digitalSignature").signed_by(root)},
        // In TLS 1.2 OpenSSL's server itself does not use such a certificate.
        {"an authority as a leaf", our_leaf().as_authority().signed_by(root),
         leaf_rejected(X509_V_ERR_INVALID_PURPOSE), "server.test", TLS1_3_VERSION},
        {"an authority as a leaf, which may sign handshakes too",
         our_leaf().as_authority().with_key_usage("keyCertSign, digitalSignature").signed_by(root)},
        {"an authority for clients alone",
         our_leaf().signed_by(an_authority("Clients").with_extended_usage("clientAuth").signed_by(root)),
         rejected(X509_V_ERR_INVALID_PURPOSE, 1, "CN=Clients")},
    });
}

TEST_CASE("TLS identity: a weak key or signature anywhere below the root is rejected", "[verdict]") {
    const certificate& root = trusted_root();
    const certificate weak = an_authority("Weak").with_key(key_kind::rsa_weak).signed_by(root);
    const certificate sha1 = an_authority("SHA-1").with_sha1_signature().signed_by(root);
    check_identities({
        {"weak key", our_leaf().with_key(key_kind::rsa_weak).signed_by(root),
         leaf_rejected(X509_V_ERR_EE_KEY_TOO_SMALL)},
        {"weak key of an authority", our_leaf().signed_by(weak),
         rejected(X509_V_ERR_CA_KEY_TOO_SMALL, 1, "CN=Weak")},
        {"SHA-1", our_leaf().with_sha1_signature().signed_by(root), leaf_rejected(X509_V_ERR_CA_MD_TOO_WEAK)},
        {"SHA-1 of an authority", our_leaf().signed_by(sha1),
         rejected(X509_V_ERR_CA_MD_TOO_WEAK, 1, "CN=SHA-1")},
    });
    const certificate sha1_root = an_authority("SHA-1 root").with_sha1_signature().signed_by_itself();
    check_identities(trusting(sha1_root),
                     {{"a root's own signature counts for nothing", our_leaf().signed_by(sha1_root)}});
}

TEST_CASE(
    "TLS identity: a server without a certificate is nobody, even if the client offers ciphers that need none",
    "[verdict]") {
    tls_options options = trusting(trusted_root());
    const std::string anonymous = "AECDH-AES128-SHA:@SECLEVEL=0";
    options.ciphers = anonymous;
    options.max_version = tls_version::v1_2;
    const context_ptr server = server_context(our_leaf().signed_by(trusted_root()));
    REQUIRE(SSL_CTX_set_cipher_list(server.get(), anonymous.c_str()) == 1);
    tls_meeting meeting(options, server.get());
    CHECK(meeting.connect() ==
          verdict{errc::certificate_rejected, "the server has sent no certificate", -1, ""});
    verdict_table().add("no certificate", TLS1_2_VERSION, told(meeting));
}

TEST_CASE("TLS identity: without verification every certificate is taken, and it has to be asked for",
          "[verdict]") {
    tls_options options;
    options.insecure_no_verification = true;
    const certificate stranger = an_authority("Stranger").signed_by_itself();
    check_identities(options, {
                                  {"self-signed", our_leaf().signed_by_itself()},
                                  {"unknown root", our_leaf().signed_by(stranger)},
                                  {"expired", our_leaf().that_has_expired().signed_by(stranger)},
                                  {"another host", a_leaf().for_host("other.test").signed_by(stranger)},
                                  {"no name", a_leaf().signed_by(stranger)},
                              });
}

}  // namespace uplink::tests
