// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which certificate is good for which host (RFC 9525, section 6): subject alternative names alone, DNS names for names
// and iPAddress for literals, and a wildcard only as the whole leftmost label.

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/x509_vfy.h>

#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::string_view_literals;

verdict wrong_name() { return rejected(X509_V_ERR_HOSTNAME_MISMATCH, 0, "CN=Leaf"); }
verdict wrong_address() { return rejected(X509_V_ERR_IP_ADDRESS_MISMATCH, 0, "CN=Leaf"); }

certificate for_host(std::string_view name) { return a_leaf().for_host(name).signed_by(trusted_root()); }
certificate for_address(const std::string& literal) {
    return a_leaf().for_address(literal).signed_by(trusted_root());
}

/// The common name is no name of the host, whatever it says.
certificate named_only_by_subject(const std::string& name) { return a_leaf(name).signed_by(trusted_root()); }

}  // namespace

TEST_CASE("TLS names: a DNS name is good for the same name alone, in whatever case", "[verdict]") {
    check_identities({
        {"the same", for_host("server.test"), accepted, "server.test"},
        {"upper case of the host", for_host("server.test"), accepted, "SERVER.Test"},
        {"upper case of the certificate", for_host("SERVER.test"), accepted, "server.test"},
        {"a dot at the host's end", for_host("server.test"), accepted, "server.test."},
        {"one label", for_host("server"), accepted, "server"},
        {"an A-label", for_host("xn--bcher-kva.test"), accepted, "xn--bcher-kva.test"},
        {"another", for_host("other.test"), wrong_name(), "server.test"},
        {"a subdomain of the certificate's", for_host("server.test"), wrong_name(), "www.server.test"},
        {"the certificate's is a subdomain", for_host("www.server.test"), wrong_name(), "server.test"},
        {"a beginning of it", for_host("server.test"), wrong_name(), "server.tes"},
        {"a longer one", for_host("server.test"), wrong_name(), "server.testing"},
        {"a dot before the certificate's name", for_host(".server.test"), wrong_name(), "www.server.test"},
        {"a dot at the certificate's end", for_host("server.test."), wrong_name(), "server.test"},
        {"an empty name", for_host(""), wrong_name(), "server.test"},
        {"a space behind it", for_host("server.test "), wrong_name(), "server.test"},
        {"no name at all", a_leaf().signed_by(trusted_root()), wrong_name(), "server.test"},
        {"no subject", a_leaf().without_subject().for_host("server.test").signed_by(trusted_root())},
        {"no subject and no name", a_leaf().without_subject().signed_by(trusted_root()),
         rejected(X509_V_ERR_HOSTNAME_MISMATCH, 0, "")},
    });
}

TEST_CASE("TLS names: the common name and a mail address are no host's name", "[verdict]") {
    check_identities({
        {"common name alone", named_only_by_subject("server.test"),
         rejected(X509_V_ERR_HOSTNAME_MISMATCH, 0, "CN=server.test"), "server.test"},
        {"common name beside another name",
         a_leaf("server.test").for_host("other.test").signed_by(trusted_root()),
         rejected(X509_V_ERR_HOSTNAME_MISMATCH, 0, "CN=server.test"), "server.test"},
        {"common name beside an address",
         a_leaf("server.test").for_address("192.0.2.1").signed_by(trusted_root()),
         rejected(X509_V_ERR_HOSTNAME_MISMATCH, 0, "CN=server.test"), "server.test"},
        {"an address as common name", named_only_by_subject("192.0.2.1"),
         rejected(X509_V_ERR_IP_ADDRESS_MISMATCH, 0, "CN=192.0.2.1"), "192.0.2.1"},
        {"mail address", a_leaf().for_mail("me@server.test").signed_by(trusted_root()), wrong_name(),
         "server.test"},
    });
}

TEST_CASE("TLS names: a wildcard is the whole leftmost label, for exactly one label", "[verdict]") {
    check_identities({
        {"one label", for_host("*.server.test"), accepted, "www.server.test"},
        {"an A-label for the wildcard", for_host("*.server.test"), accepted, "xn--bcher-kva.server.test"},
        {"below an A-label", for_host("*.xn--bcher-kva.test"), accepted, "www.xn--bcher-kva.test"},
        {"no label", for_host("*.server.test"), wrong_name(), "server.test"},
        {"two labels", for_host("*.server.test"), wrong_name(), "a.b.server.test"},
        {"another domain", for_host("*.server.test"), wrong_name(), "www.other.test"},
        {"not leftmost", for_host("www.*.test"), wrong_name(), "www.server.test"},
        {"at the end", for_host("server.*"), wrong_name(), "server.test"},
        {"alone, for one label", for_host("*"), wrong_name(), "server"},
        {"alone, for two labels", for_host("*"), wrong_name(), "server.test"},
        {"a top-level domain", for_host("*.test"), wrong_name(), "server.test"},
        {"a beginning", for_host("f*.server.test"), wrong_name(), "foo.server.test"},
        {"an end", for_host("*o.server.test"), wrong_name(), "foo.server.test"},
        {"a middle", for_host("f*o.server.test"), wrong_name(), "foo.server.test"},
        {"two", for_host("*.*.server.test"), wrong_name(), "a.b.server.test"},
        {"two in a label", for_host("**.server.test"), wrong_name(), "www.server.test"},
        {"inside an A-label", for_host("xn--*.server.test"), wrong_name(), "xn--bcher-kva.server.test"},
        {"before an A-label's beginning", for_host("*.xn--"), wrong_name(), "www.xn--a"},
        {"an address", for_host("*.0.2.1"), wrong_address(), "192.0.2.1"},
    });
}

TEST_CASE("TLS names: a literal is good for the same iPAddress alone, and a name for no address",
          "[verdict]") {
    check_identities({
        {"IPv4", for_address("192.0.2.1"), accepted, "192.0.2.1"},
        {"IPv6", for_address("2001:db8::1"), accepted, "2001:db8::1"},
        {"IPv6, written another way", for_address("2001:db8::1"), accepted, "2001:DB8:0:0::0:1"},
        {"another address", for_address("192.0.2.1"), wrong_address(), "192.0.2.2"},
        {"an address as a DNS name", for_host("192.0.2.1"), wrong_address(), "192.0.2.1"},
        {"an IPv6 address as a DNS name", for_host("2001:db8::1"), wrong_address(), "2001:db8::1"},
        {"an address for a name", for_address("192.0.2.1"), wrong_name(), "server.test"},
        {"a mapped address for an IPv4 literal", for_address("::ffff:192.0.2.1"), wrong_address(),
         "192.0.2.1"},
        {"an IPv4 address for a mapped literal", for_address("192.0.2.1"), wrong_address(),
         "::ffff:192.0.2.1"},
        {"a mapped address for a mapped literal", for_address("::ffff:192.0.2.1"), accepted,
         "::ffff:192.0.2.1"},
        {"the bytes of an address as a DNS name", for_host("\xc0\x00\x02\x01"sv), wrong_address(),
         "192.0.2.1"},
    });
}

TEST_CASE("TLS names: a NUL in a name ends nothing", "[verdict]") {
    check_identities({
        {"behind the host", for_host("server.test\0.evil.test"sv), wrong_name(), "server.test"},
        {"at the end", for_host("server.test\0"sv), wrong_name(), "server.test"},
        {"before the host", for_host("\0server.test"sv), wrong_name(), "server.test"},
        {"in a wildcard", for_host("*\0.server.test"sv), wrong_name(), "www.server.test"},
        {"beside a good one", a_leaf().for_host("x\0y"sv).for_host("server.test").signed_by(trusted_root()),
         accepted},
    });
}

TEST_CASE("TLS names: each of 1,000 names is good, and no other", "[verdict]") {
    certificate_builder builder = a_leaf();
    for (int i = 0; i != 1000; ++i) builder.for_host("host-" + std::to_string(i) + ".test");
    const certificate many = builder.signed_by(trusted_root());
    check_identities({
        {"the first", many, accepted, "host-0.test"},
        {"the last", many, accepted, "host-999.test"},
        {"none", many, wrong_name(), "host-1000.test"},
    });
}

TEST_CASE("TLS names: server_name is verified in place of the host", "[verdict]") {
    tls_options options = trusting(trusted_root());
    options.server_name = "server.test";
    check_identities(options, {
                                  {"a name", for_host("server.test"), accepted, "192.0.2.1"},
                                  {"the host's own", for_host("other.test"), wrong_name(), "other.test"},
                                  {"the host's address", for_address("192.0.2.1"), wrong_name(), "192.0.2.1"},
                              });
}

}  // namespace uplink::tests
