// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Pins (RFC 7469, section 2.4) and the user's hook: both only refuse, after everything else.

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/x509_vfy.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

certificate_builder our_leaf() { return a_leaf().for_host("server.test"); }

const verdict not_pinned{errc::certificate_rejected, "no certificate of the chain has one of the pinned keys",
                         0, "CN=Leaf"};
const verdict refused_by_hook{errc::certificate_rejected, "the verify hook has refused the certificate", 0,
                              "CN=Leaf"};

/// The rows, for a client with these pins. They come after OpenSSL's own verification.
void check_pinned(const std::vector<std::string>& pins, const std::vector<identity_row>& rows,
                  tls_options options = trusting(trusted_root()),
                  refusal_comes when = refusal_comes::after_it) {
    options.pins = pins;
    check_identities(options, rows, when);
}
tls_options verifying_nothing() {
    tls_options options;
    options.insecure_no_verification = true;
    return options;
}

}  // namespace

TEST_CASE("TLS pins: one of them has to fit a key of the verified chain", "[verdict]") {
    const certificate middle = an_authority("Middle").signed_by(trusted_root());
    const certificate leaf = our_leaf().signed_by(middle);
    const std::string wrong = our_leaf().signed_by_itself().pin();
    check_pinned({leaf.pin()}, {{"of the leaf", leaf}});
    check_pinned({middle.pin()}, {{"of the authority", leaf}});
    check_pinned({trusted_root().pin()}, {{"of the root", leaf}});
    check_pinned({wrong, leaf.pin()}, {{"a wrong one and a right one", leaf}});
    check_pinned({leaf.pin(), wrong}, {{"a right one and a wrong one", leaf}});
    check_pinned({wrong}, {{"a wrong one", leaf, not_pinned}});
    const certificate stranger = an_authority("Stranger").signed_by_itself();
    check_pinned({stranger.pin()},
                 {{"of what is sent beside the chain", leaf.followed_by(stranger), not_pinned}});
}

TEST_CASE("TLS pins: a renewed certificate with the same key fits, one with a new key does not",
          "[verdict]") {
    const certificate old = our_leaf().signed_by(trusted_root());
    check_pinned({old.pin()},
                 {{"renewed with its key", our_leaf().with_key_of(old).signed_by(trusted_root())},
                  {"renewed with another key", our_leaf().signed_by(trusted_root()), not_pinned}});
}

TEST_CASE("TLS pins: a right pin makes no bad certificate good", "[verdict]") {
    const certificate stranger = our_leaf().signed_by_itself();
    const certificate expired = our_leaf().that_has_expired().signed_by(trusted_root());
    const certificate other = a_leaf().for_host("other.test").signed_by(trusted_root());
    check_pinned({stranger.pin(), expired.pin(), other.pin()},
                 {{"self-signed", stranger, rejected(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0, "CN=Leaf")},
                  {"expired", expired, rejected(X509_V_ERR_CERT_HAS_EXPIRED, 0, "CN=Leaf")},
                  {"another host", other, rejected(X509_V_ERR_HOSTNAME_MISMATCH, 0, "CN=Leaf")}},
                 trusting(trusted_root()), refusal_comes::in_handshake);
}

TEST_CASE("TLS pins: without verification the pin is the leaf's", "[verdict]") {
    const certificate root = an_authority("Stranger").signed_by_itself();
    const certificate leaf = our_leaf().signed_by(root).followed_by(root);
    check_pinned({leaf.pin()}, {{"of the leaf", leaf}}, verifying_nothing());
    check_pinned({root.pin()}, {{"of its root", leaf, not_pinned}}, verifying_nothing());
}

TEST_CASE("TLS hook: it gets the verified chain, leaf first, and can only refuse", "[verdict]") {
    const certificate middle = an_authority("Middle").signed_by(trusted_root());
    const certificate leaf = our_leaf().signed_by(middle);
    bool answer = true;
    std::vector<std::vector<std::string>> seen;
    tls_options options = trusting(trusted_root());
    options.verify = [&](const std::vector<std::string>& chain) {
        seen.push_back(chain);
        return answer;
    };
    const std::vector chain{leaf.pem(), middle.pem(), trusted_root().pem()};
    check_identities(options, {{"it accepts", leaf}});
    CHECK(seen == std::vector{chain, chain});  // once in each version
    check_identities(options,
                     {{"it is not asked of a stranger", our_leaf().signed_by_itself(),
                       rejected(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0, "CN=Leaf")},
                      {"it is not asked of another host", a_leaf().for_host("other.test").signed_by(middle),
                       rejected(X509_V_ERR_HOSTNAME_MISMATCH, 0, "CN=Leaf")}});
    CHECK(seen.size() == 2);
    answer = false;
    check_identities(options, {{"it refuses", leaf, refused_by_hook}}, refusal_comes::after_it);
    CHECK(seen.size() == 4);
    options.verify = [](const std::vector<std::string>&) -> bool { throw std::runtime_error("no"); };
    check_identities(options, {{"it throws", leaf, refused_by_hook}}, refusal_comes::after_it);
}

TEST_CASE("TLS hook: without verification it gets the leaf alone") {
    const certificate root = an_authority("Stranger").signed_by_itself();
    const certificate leaf = our_leaf().signed_by(root).followed_by(root);
    std::vector<std::string> seen;
    tls_options options = verifying_nothing();
    options.verify = [&](const std::vector<std::string>& chain) {
        seen = chain;
        return true;
    };
    const context_ptr server = server_context(leaf);
    CHECK(tls_meeting(options, server.get()).connect() == accepted);
    CHECK(seen == std::vector{leaf.pem()});
}

}  // namespace uplink::tests
