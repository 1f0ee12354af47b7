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

/// What a client with these pins completes with.
error_code with_pins(const std::vector<std::string>& pins, const certificate& shown,
                     tls_options options = trusting(trusted_root())) {
    options.pins = pins;
    const context_ptr server = server_context(shown);
    return tls_meeting(options, server.get()).connect().ec;
}

}  // namespace

TEST_CASE("TLS pins: one of them has to fit a key of the verified chain") {
    const certificate middle = an_authority("Middle").signed_by(trusted_root());
    const certificate leaf = our_leaf().signed_by(middle);
    const std::string wrong = our_leaf().signed_by_itself().pin();
    CHECK(with_pins({leaf.pin()}, leaf) == error_code());
    CHECK(with_pins({middle.pin()}, leaf) == error_code());
    CHECK(with_pins({trusted_root().pin()}, leaf) == error_code());
    CHECK(with_pins({wrong, leaf.pin()}, leaf) == error_code());
    CHECK(with_pins({leaf.pin(), wrong}, leaf) == error_code());
    CHECK(with_pins({wrong}, leaf) == errc::certificate_rejected);
    // What the server sends beside the chain proves nothing.
    const certificate stranger = an_authority("Stranger").signed_by_itself();
    CHECK(with_pins({stranger.pin()}, leaf.followed_by(stranger)) == errc::certificate_rejected);
}

TEST_CASE("TLS pins: a renewed certificate with the same key fits, one with a new key does not") {
    const certificate old = our_leaf().signed_by(trusted_root());
    CHECK(with_pins({old.pin()}, our_leaf().with_key_of(old).signed_by(trusted_root())) == error_code());
    CHECK(with_pins({old.pin()}, our_leaf().signed_by(trusted_root())) == errc::certificate_rejected);
}

TEST_CASE("TLS pins: a right pin makes no bad certificate good") {
    const certificate stranger = our_leaf().signed_by_itself();
    const certificate expired = our_leaf().that_has_expired().signed_by(trusted_root());
    const certificate other = a_leaf().for_host("other.test").signed_by(trusted_root());
    for (const certificate& each : {stranger, expired, other}) {
        CHECK(with_pins({each.pin()}, each) == errc::certificate_rejected);
    }
}

TEST_CASE("TLS pins: without verification the pin is the leaf's") {
    tls_options options;
    options.insecure_no_verification = true;
    const certificate root = an_authority("Stranger").signed_by_itself();
    const certificate leaf = our_leaf().signed_by(root).followed_by(root);
    CHECK(with_pins({leaf.pin()}, leaf, options) == error_code());
    CHECK(with_pins({root.pin()}, leaf, options) == errc::certificate_rejected);
    CHECK(with_pins({our_leaf().signed_by_itself().pin()}, leaf, options) == errc::certificate_rejected);
}

TEST_CASE("TLS hook: it gets the verified chain, leaf first, and can only refuse") {
    const certificate middle = an_authority("Middle").signed_by(trusted_root());
    const certificate leaf = our_leaf().signed_by(middle);
    int calls = 0;
    bool answer = true;
    std::vector<std::string> seen;
    tls_options options = trusting(trusted_root());
    options.verify = [&](const std::vector<std::string>& chain) {
        ++calls;
        seen = chain;
        return answer;
    };
    const auto meet = [&](const certificate& shown) {
        const context_ptr server = server_context(shown);
        return tls_meeting(options, server.get()).connect().ec;
    };
    CHECK(meet(leaf) == error_code());
    CHECK(seen == std::vector{leaf.pem(), middle.pem(), trusted_root().pem()});
    CHECK(calls == 1);
    CHECK(meet(our_leaf().signed_by_itself()) == errc::certificate_rejected);
    CHECK(meet(a_leaf().for_host("other.test").signed_by(middle)) == errc::certificate_rejected);
    CHECK(calls == 1);
    answer = false;
    CHECK(meet(leaf) == errc::certificate_rejected);
    CHECK(calls == 2);
    options.verify = [](const std::vector<std::string>&) -> bool { throw std::runtime_error("no"); };
    CHECK(meet(leaf) == errc::certificate_rejected);
}

TEST_CASE("TLS hook: without verification it gets the leaf alone") {
    const certificate root = an_authority("Stranger").signed_by_itself();
    const certificate leaf = our_leaf().signed_by(root).followed_by(root);
    std::vector<std::string> seen;
    tls_options options;
    options.insecure_no_verification = true;
    options.verify = [&](const std::vector<std::string>& chain) {
        seen = chain;
        return true;
    };
    const context_ptr server = server_context(leaf);
    CHECK(tls_meeting(options, server.get()).connect() == accepted);
    CHECK(seen == std::vector{leaf.pem()});
}

}  // namespace uplink::tests
