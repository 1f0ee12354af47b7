// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Options that can't be used: each is refused, in words that name the option, the file and what is wrong. Roots and
// lists have tests of their own.
#include <uplink/detail/tls/tls_configuration.hpp>
#include <uplink/detail/tls/tls_shared.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/refused_options.hpp"
#include "tls/revocation_list.hpp"
#include "tls/temporary_file.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

const certificate& own_certificate() {
    static const certificate made = a_leaf("Client").signed_by_itself();
    return made;
}
tls_options with_own(const std::string& certificate_pem, const std::string& key_pem) {
    tls_options options = trusting_somebody();
    options.certificate_pem = certificate_pem;
    options.private_key_pem = key_pem;
    return options;
}

}  // namespace

TEST_CASE("TLS options: the default ones can be used, and a digest tells configurations apart") {
    const auto identity = [](const tls_options& options) {
        const tls_context context(options);
        CHECK(reason_of(context).empty());
        return context.shared()->configuration()->identity();
    };
    const std::string plain = identity(trusting_somebody());
    CHECK(identity(trusting_somebody()) == plain);
    tls_options options = trusting_somebody();
    options.alpn = {"h2"};
    CHECK(identity(options) != plain);
    options = trusting_somebody();
    options.max_version = tls_version::v1_2;
    CHECK(identity(options) != plain);
    options = trusting_somebody();
    options.min_version = tls_version::v1_3;
    CHECK(identity(options) != plain);
    options = trusting_somebody();
    options.pins = {own_certificate().pin()};
    CHECK(identity(options) != plain);
    options = trusting_somebody();
    options.insecure_no_verification = true;
    CHECK(identity(options) != plain);
    options = trusting_somebody();
    options.ca_pem += own_certificate().pem();
    CHECK(identity(options) != plain);
    CHECK(identity(with_own(own_certificate().pem(), own_certificate().key_pem())) != plain);
    const temporary_file lists(a_revocation_list().signed_by(an_authority("Somebody").signed_by_itself()));
    options = trusting_somebody();
    options.crl_file = lists.path();
    CHECK(identity(options) != plain);
}

TEST_CASE("TLS options: a server_name that can't be verified is refused") {
    tls_options options = trusting_somebody();
    for (const std::string_view name : {"server.test", "192.0.2.1", "2001:db8::1", "server.test."}) {
        options.server_name = name;
        CHECK(reason_of(options).empty());
    }
    options.server_name = ".server.test";
    CHECK(reason_of(options) == "server_name begins with a dot");
    options.server_name = "b\xc3\xbc"
                          "cher.test";
    CHECK(reason_of(options) == "server_name is not ASCII; TLS needs the A-labels (xn--...)");
    options.server_name = "server..test";
    CHECK(reason_of(options) == "server_name has an empty label");
}

TEST_CASE("TLS options: a pin that is no SHA-256 digest in base64 is refused") {
    const std::string good = own_certificate().pin();
    const auto reason = [](const std::string& pin) {
        tls_options options = trusting_somebody();
        options.pins = {own_certificate().pin(), pin};
        return reason_of(options);
    };
    CHECK(reason(good).empty());
    CHECK(reason(std::string(43, 'A') + "=").empty());
    std::string loose(43, 'A');
    loose.back() = 'B';  // bits that no byte has
    for (const std::string& bad :
         {std::string(), std::string("x"), good.substr(0, 43), good + "=", "sha256//" + good,
          ' ' + good.substr(1), '\n' + good.substr(1), '-' + good.substr(1), '=' + good.substr(1),
          std::string(44, 'A'), loose + '=', std::string(42, 'A') + "==", '\0' + good.substr(1),
          std::string(64, '0')}) {
        CHECK(reason(bad) == "pins: \"" + bad + "\" is not a SHA-256 digest in base64");
    }
}

TEST_CASE("TLS options: a revocation list that can't be read is refused") {
    const temporary_file file("hello");
    tls_options options = trusting_somebody();
    options.crl_file = file.path();
    const std::string name = "crl_file \"" + file.path() + '"';
    CHECK(reason_of(options) == name + " has no revocation list in PEM form");
    file.write(own_certificate().pem());
    CHECK(reason_of(options) == name + " has no revocation list in PEM form");
    const std::string list = a_revocation_list().signed_by(an_authority("Somebody").signed_by_itself());
    file.write(list);
    CHECK(reason_of(options).empty());
    file.write(list + list.substr(0, list.size() / 2));
    CHECK(reason_of(options).starts_with(name + ": OpenSSL can't read the revocation list number 2: "));
    file.remove();
    CHECK(reason_of(options) == name + ": No such file or directory");
}

TEST_CASE("TLS options: a certificate without its key, and a key that does not fit, are refused") {
    const certificate& own = own_certificate();
    const certificate other = a_leaf("Other").signed_by_itself();
    CHECK(reason_of(with_own(own.pem(), own.key_pem())).empty());
    CHECK(reason_of(with_own(own.pem() + own.key_pem(), "")).empty());  // both in one text
    CHECK(reason_of(with_own(own.pem(), "")) ==
          "certificate_pem is set without private_key_file or private_key_pem");
    CHECK(reason_of(with_own("", own.key_pem())) == "a private key is set without a certificate");
    CHECK(reason_of(with_own(own.pem(), "hello")) == "private_key_pem has no private key in PEM form");
    CHECK(reason_of(with_own("hello", own.key_pem())) == "certificate_pem has no certificate in PEM form");
    CHECK(reason_of(with_own(own.pem(), other.key_pem())) ==
          "certificate_pem and private_key_pem: private key mismatch");
    const certificate weak = a_leaf().with_key(key_kind::rsa_weak).signed_by_itself();
    CHECK(reason_of(with_own(weak.pem(), weak.key_pem())) ==
          "certificate_pem and private_key_pem: ee key too small");

    const temporary_file certificate_file(own.pem());
    const temporary_file key_file(own.key_pem());
    tls_options options = trusting_somebody();
    options.certificate_file = certificate_file.path();
    options.private_key_file = key_file.path();
    CHECK(reason_of(options).empty());
    options.certificate_pem = own.pem();
    CHECK(reason_of(options) == "certificate_file and certificate_pem are both set");
    options.certificate_pem.clear();
    options.private_key_pem = own.key_pem();
    CHECK(reason_of(options) == "private_key_file and private_key_pem are both set");
    options.private_key_pem.clear();
    options.pkcs12_file = "/nowhere.p12";
    CHECK(reason_of(options) == "pkcs12_file is set beside another certificate or private key");
    options.pkcs12_file.clear();
    options.private_key_file = "/nowhere.key";
    CHECK(reason_of(options) == "private_key_file \"/nowhere.key\": No such file or directory");
    options.certificate_file = "/nowhere.pem";
    CHECK(reason_of(options) == "certificate_file \"/nowhere.pem\": No such file or directory");
}

TEST_CASE("TLS options: an encrypted key asks for its password once, and is refused without it") {
    const certificate& own = own_certificate();
    tls_options options = with_own(own.pem(), own.key_pem("secret"));
    CHECK(reason_of(options).starts_with(
        "the private key of private_key_pem is encrypted, and there is no password"));
    int asked = 0;
    options.password = [&] {
        ++asked;
        return std::string("secret");
    };
    CHECK(reason_of(options).empty());
    CHECK(asked == 1);
    options.password = [] { return std::string("wrong"); };
    CHECK(reason_of(options).starts_with(
        "the private key of private_key_pem is encrypted, and its password does not fit: "));
    options.password = [] { return std::string(); };
    CHECK(reason_of(options).starts_with(
        "the private key of private_key_pem is encrypted, and its password does not fit: "));
    options.password = []() -> std::string { throw std::runtime_error("no"); };
    CHECK(reason_of(options).starts_with(
        "the private key of private_key_pem is encrypted, and password has thrown"));
    options.password = [] { return std::string(100000, 'a'); };
    CHECK(reason_of(options).starts_with(
        "the private key of private_key_pem is encrypted, and its password is too long"));
    // A key that is not encrypted needs none.
    options.private_key_pem = own.key_pem();
    options.password = []() -> std::string { throw std::runtime_error("no"); };
    CHECK(reason_of(options).empty());
}

TEST_CASE("TLS options: a PKCS#12 file that can't be used is refused") {
    const certificate& own = own_certificate();
    const temporary_file file(own.pkcs12("secret"));
    tls_options options = trusting_somebody();
    options.pkcs12_file = file.path();
    const std::string name = "pkcs12_file \"" + file.path() + '"';
    CHECK(reason_of(options) == name + " is encrypted, and there is no password");
    options.password = []() -> std::string { throw std::runtime_error("no"); };
    CHECK(reason_of(options) == name + " is encrypted, and password has thrown");
    options.password = [] { return std::string("wrong"); };
    CHECK(reason_of(options) == name + ": mac verify failure");
    options.password = [] { return std::string("secret"); };
    CHECK(reason_of(options).empty());
    file.write(own.pkcs12(""));
    options.password = {};
    CHECK(reason_of(options).empty());
    file.write(own.pem());
    CHECK(reason_of(options).starts_with(name + " is no PKCS#12 file: "));
    const std::string bytes = own.pkcs12("secret");
    file.write(bytes.substr(0, bytes.size() / 2));
    CHECK(reason_of(options).starts_with(name + " is no PKCS#12 file: "));
    file.remove();
    CHECK(reason_of(options) == name + ": No such file or directory");
}

TEST_CASE("TLS options: a PKCS#12 file with an old cipher says what it needs") {
    const std::string old = own_certificate().pkcs12("secret", true);
    if (old.empty()) {
        WARN("not tested: OpenSSL's legacy provider, which writes such a file, is missing");
        return;
    }
    const temporary_file file(old);
    tls_options options = trusting_somebody();
    options.pkcs12_file = file.path();
    options.password = [] { return std::string("secret"); };
    const std::string reason = reason_of(options);
    INFO(reason);
    CHECK(reason.starts_with("pkcs12_file \"" + file.path() + "\": "));
    CHECK(reason.find("needs OpenSSL's legacy provider") != std::string::npos);
}

TEST_CASE(
    "TLS options: without verification the system's roots are not needed, and the user's are still read") {
    tls_options options;
    options.insecure_no_verification = true;
    CHECK(reason_of(options).empty());
    options.ca_file = "/nowhere";
    CHECK(reason_of(options) == "ca_file \"/nowhere\": No such file or directory");
}

}  // namespace uplink::tests
