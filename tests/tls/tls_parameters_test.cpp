// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Versions, lists and protocols: what OpenSSL makes of them, and which it would have taken silently.
#include <uplink/detail/tls/tls_parameters.hpp>
#include <uplink/detail/tls/tls_shared.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/refused_options.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::string_literals;

std::string reason_with(std::string tls_options::*option, const std::string& value) {
    tls_options options = trusting_somebody();
    options.*option = value;
    return reason_of(options);
}
std::string reason_with_alpn(std::vector<std::string> alpn) {
    tls_options options = trusting_somebody();
    options.alpn = std::move(alpn);
    return reason_of(options);
}

/// The report of a handshake with a server that takes everything.
tls_report agreed(tls_options options) {
    static const certificate shown =
        a_leaf().with_key(key_kind::rsa).for_host("server.test").signed_by(trusted_root());
    options.ca_pem = trusted_root().pem();
    const context_ptr server = server_context(shown);
    tls_meeting meeting(options, server.get());
    CHECK(meeting.connect() == accepted);
    return meeting.report();
}

}  // namespace

TEST_CASE("TLS versions: a lowest above the highest is refused, and so is what is no version") {
    tls_options options = trusting_somebody();
    options.min_version = tls_version::v1_3;
    options.max_version = tls_version::v1_2;
    CHECK(reason_of(options) == "min_version is above max_version");
    options.max_version = tls_version::v1_3;
    CHECK(reason_of(options).empty());
    options.min_version = options.max_version = tls_version::v1_2;
    CHECK(reason_of(options).empty());
    options.min_version = static_cast<tls_version>(9);
    CHECK(reason_of(options) == "min_version is no version of TLS");
    options.min_version = {};
    options.max_version = static_cast<tls_version>(9);
    CHECK(reason_of(options) == "max_version is no version of TLS");
}

TEST_CASE("TLS versions: 1.2 is the lowest, and the options choose among those above") {
    const auto configuration = tls_context(trusting_somebody()).shared()->configuration();
    CHECK(SSL_CTX_get_min_proto_version(configuration->context()) == TLS1_2_VERSION);
    CHECK(agreed({}).protocol == "TLSv1.3");
    CHECK(agreed({.max_version = tls_version::v1_2}).protocol == "TLSv1.2");
    CHECK(agreed({.min_version = tls_version::v1_3}).protocol == "TLSv1.3");
}

TEST_CASE("TLS ciphers: what is asked for is used") {
    CHECK(agreed({.max_version = tls_version::v1_2, .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"}).cipher ==
          "ECDHE-RSA-AES128-GCM-SHA256");
    CHECK(agreed({.cipher_suites = "TLS_CHACHA20_POLY1305_SHA256"}).cipher == "TLS_CHACHA20_POLY1305_SHA256");
    CHECK(agreed({.groups = "P-384"}).group == "secp384r1");
    CHECK(agreed({.groups = "X25519:P-256"}).group == "x25519");
    CHECK(agreed({.max_version = tls_version::v1_2, .groups = "P-384"}).group == "secp384r1");
    CHECK(agreed({.signature_algorithms = "RSA-PSS+SHA256:ECDSA+SHA256"}).protocol == "TLSv1.3");
}

TEST_CASE("TLS ciphers: a name that OpenSSL does not know is refused, even if it knows the others") {
    const std::vector<std::pair<std::string, std::string>> lists = {
        {"ECDHE+AESGCM", ""},
        {"HIGH:!aNULL:!RC4:!NOBODY:-SHA1:+AES", ""},  // what takes away need not find anything
        {"DEFAULT@SECLEVEL=1", ""},
        {"HIGH, AES128-SHA", ""},
        {"ECDHE+AESGCM:NOBODY", "ciphers: OpenSSL has none for \"NOBODY\""},
        {"NOBODY", "ciphers: OpenSSL has none for \"NOBODY\""},
        {"ECDHE-RSA-AES128-GCM-SHA256,NOBODY", "ciphers: OpenSSL has none for \"NOBODY\""},
        {"TLS_AES_128_GCM_SHA256", "ciphers: OpenSSL has none for \"TLS_AES_128_GCM_SHA256\""},
        {":", "ciphers \":\": no cipher match"},
        {" ", "ciphers \" \": no cipher match"},
        {"HIGH:!ALL", "ciphers \"HIGH:!ALL\": no cipher match"},
        {"HIGH\0"s, "ciphers has a NUL byte"},
    };
    for (const auto& [list, reason] : lists) {
        INFO("ciphers " << list);
        CHECK(reason_with(&tls_options::ciphers, list) == reason);
    }
}

TEST_CASE("TLS cipher suites: a name that OpenSSL does not know is refused, even if it knows the others") {
    const std::vector<std::pair<std::string, std::string>> lists = {
        {"TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256", ""},
        {"TLS_AES_128_GCM_SHA256:TLS_NOBODY", "cipher_suites: OpenSSL does not know \"TLS_NOBODY\""},
        {"TLS_AES_128_GCM_SHA256:HIGH", "cipher_suites: OpenSSL does not know \"HIGH\""},
        {"TLS_AES_128_GCM_SHA256::TLS_AES_256_GCM_SHA384", "cipher_suites has an empty element"},
        {":", "cipher_suites has an empty element"},
        {" ", "cipher_suites has an empty element"},
        {"TLS_AES_128_GCM_SHA256\0"s, "cipher_suites has a NUL byte"},
    };
    for (const auto& [list, reason] : lists) {
        INFO("cipher suites " << list);
        CHECK(reason_with(&tls_options::cipher_suites, list) == reason);
    }
    CHECK(reason_with(&tls_options::cipher_suites, "TLS_NOBODY").starts_with("cipher_suites"));
}

TEST_CASE("TLS groups and signature algorithms: a name that OpenSSL does not know is refused") {
    for (const std::string list : {"X25519:P-256", "P-521"})
        CHECK(reason_with(&tls_options::groups, list).empty());
    for (const std::string list : {"X25519:NOBODY", "NOBODY", "P-256,P-384"}) {
        INFO("groups " << list);
        CHECK(reason_with(&tls_options::groups, list).starts_with("groups \"" + list + "\": "));
    }
    CHECK(reason_with(&tls_options::groups, "P-256::P-384") == "groups has an empty element");
    CHECK(reason_with(&tls_options::groups, "P-256\0"s) == "groups has a NUL byte");

    CHECK(reason_with(&tls_options::signature_algorithms, "ECDSA+SHA256:RSA-PSS+SHA256").empty());
    for (const std::string list : {"ECDSA+SHA256:NOBODY", "NOBODY", "ECDSA+NOBODY"}) {
        INFO("signature algorithms " << list);
        CHECK(reason_with(&tls_options::signature_algorithms, list)
                  .starts_with("signature_algorithms \"" + list + "\": "));
    }
    CHECK(reason_with(&tls_options::signature_algorithms, ":") ==
          "signature_algorithms has an empty element");
}

TEST_CASE(
    "TLS ALPN: the wire form has each name behind its length, and what can't be written so is refused") {
    CHECK(detail::alpn_wire_form({}).empty());
    CHECK(detail::alpn_wire_form({"h2", "http/1.1"}) == "\x02h2\x08http/1.1");
    CHECK(detail::alpn_wire_form({std::string(255, 'a')}) == "\xff" + std::string(255, 'a'));
    CHECK(reason_with_alpn({"h2", ""}) == "alpn has an empty element");
    CHECK(reason_with_alpn({std::string(256, 'a')}) == "alpn has an element longer than 255 bytes");
    CHECK(reason_with_alpn(std::vector<std::string>(255, std::string(255, 'a'))).empty());
    CHECK(reason_with_alpn(std::vector<std::string>(256, std::string(255, 'a'))) ==
          "alpn is longer than 65535 bytes");
    tls_options options = trusting_somebody();
    options.require_alpn = true;
    CHECK(reason_of(options) == "require_alpn is set without alpn");
}

TEST_CASE("TLS: renegotiation, compression, old servers and an end without close_notify are switched off") {
    const auto configuration = tls_context(trusting_somebody()).shared()->configuration();
    SSL_CTX* const context = configuration->context();
    const auto options = SSL_CTX_get_options(context);
    CHECK((options & SSL_OP_NO_RENEGOTIATION) != 0);
    CHECK((options & SSL_OP_NO_COMPRESSION) != 0);
    CHECK((options & SSL_OP_LEGACY_SERVER_CONNECT) == 0);
    CHECK((options & SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION) == 0);
    CHECK((options & SSL_OP_IGNORE_UNEXPECTED_EOF) == 0);
}

}  // namespace uplink::tests
