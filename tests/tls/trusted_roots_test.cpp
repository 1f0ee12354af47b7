// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which roots are trusted, and what is said when there are none.
#include <uplink/detail/tls/tls_shared.hpp>
#include <uplink/detail/tls/trusted_roots.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/refused_options.hpp"
#include "tls/temporary_directory.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/x509.h>

#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using detail::find_roots;
using detail::root_places;
using detail::trusted_roots;

std::string hashed_name(const certificate& shown, int number = 0) {
    char name[32];
    std::snprintf(name, sizeof name, "%08lx.%d", X509_subject_name_hash(shown.x509()), number);
    return name;
}

/// Empty if there are roots.
std::string reason_of_places(const root_places& places) {
    try {
        find_roots(places);
        return {};
    } catch (const detail::unusable_option& unusable) {
        return unusable.words;
    }
}

std::string digest_of(tls_options options) { return detail::own_roots(options).digest; }

/// A store that trusts the root verifies a leaf of it.
bool trusts(const trusted_roots& roots, const certificate& root) {
    const certificate leaf = a_leaf().signed_by(root);
    const std::unique_ptr<X509_STORE_CTX, freed_by<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), roots.store.get(), leaf.x509(), nullptr);
    return X509_verify_cert(context.get()) == 1;
}

}  // namespace

TEST_CASE("TLS roots: no place has any, and the places are named") {
    const temporary_directory empty;
    const temporary_file no_certificate("hello\n");
    CHECK(reason_of_places({{"/nowhere/a.pem", no_certificate.path()}, {"/nowhere", empty.path()}}) ==
          "no trusted roots found, looked in /nowhere/a.pem, " + no_certificate.path() + ", /nowhere, " +
              empty.path());
    CHECK(reason_of_places({{""}, {}}) == "no trusted roots found, looked in \"\"");
    CHECK(reason_of_places({}) == "no trusted roots found, looked in no place");
}

TEST_CASE("TLS roots: the first file that has any is used, and the directories too") {
    const certificate first = an_authority("First").signed_by_itself();
    const certificate second = an_authority("Second").signed_by_itself();
    const certificate third = an_authority("Third").signed_by_itself();
    const temporary_file a(first.pem());
    const temporary_file b(second.pem());
    const temporary_directory directory;
    directory.write(hashed_name(third), third.pem());

    const trusted_roots both = find_roots({{"/nowhere", a.path(), b.path()}, {"/nowhere", directory.path()}});
    CHECK(trusts(both, first));
    CHECK_FALSE(trusts(both, second));
    CHECK(trusts(both, third));
    const trusted_roots of_directory = find_roots({{"/nowhere"}, {directory.path()}});
    CHECK_FALSE(trusts(of_directory, first));
    CHECK(trusts(of_directory, third));
}

TEST_CASE("TLS roots: a store of OpenSSL's is used, and one that it can't read is named") {
    const certificate root = an_authority("Of a store").signed_by_itself();
    const temporary_directory directory;
    directory.write(hashed_name(root), root.pem());
    const trusted_roots of_store = find_roots({{"/nowhere"}, {}, {"file:" + directory.path()}});
    CHECK(trusts(of_store, root));
    CHECK_FALSE(trusts(of_store, an_authority("Stranger").signed_by_itself()));
    CHECK(reason_of_places({{"/nowhere"}, {}, {"nobody.knows.this://"}}) ==
          "no trusted roots found, looked in /nowhere, nobody.knows.this:// (which this OpenSSL can't read)");
}

TEST_CASE("TLS roots: only an entry that OpenSSL would look at counts in a directory") {
    const certificate root = trusted_root();
    const std::string name = hashed_name(root);
    const std::string hash = name.substr(0, 8);
    for (const std::string& other :
         std::vector<std::string>{hash + ".r0", hash, hash + ".", hash + ".pem", "root.pem", hash + "0.0",
                                  hash.substr(1) + ".0", "ABCDEF01.0", "." + hash + ".0"}) {
        INFO("entry " << other);
        const temporary_directory directory;
        directory.write(other, root.pem());
        CHECK(reason_of_places({{}, {directory.path()}}) ==
              "no trusted roots found, looked in " + directory.path());
        tls_options options;
        options.ca_directory = directory.path();
        CHECK(reason_of(options) == "ca_directory \"" + directory.path() +
                                        "\" has no entry such as 1a2b3c4d.0; \"openssl rehash\" makes them");
        directory.write(name, root.pem());
        CHECK(reason_of_places({{}, {directory.path()}}).empty());
        CHECK(reason_of(options).empty());
    }
}

TEST_CASE("TLS roots: the environment names the places, and the system's known ones are used without it") {
    const environment_variable file(X509_get_default_cert_file_env());
    const environment_variable directory(X509_get_default_cert_dir_env());
    file.set("/a.pem");
    directory.set("/b:/c::/d");
    root_places places = detail::system_places();
    CHECK(places.files == std::vector<std::string>{"/a.pem"});
    CHECK(places.directories == std::vector<std::string>{"/b", "/c", "/d"});
    file.set("");
    CHECK(detail::system_places().files == std::vector<std::string>{""});
    file.unset();
    directory.unset();
    places = detail::system_places();
    CHECK(places.files.front() == X509_get_default_cert_file());
    CHECK(places.files.size() == 5);
    CHECK(places.directories == std::vector<std::string>{X509_get_default_cert_dir()});
    CHECK(places.stores.empty());  // they are Windows'
}

TEST_CASE("TLS roots: the system's are parsed once, and all contexts share them") {
    const tls_context first;
    if (first.status()) return;  // this machine has none
    const tls_context second;
    const auto store = [](const tls_context& context) {
        return SSL_CTX_get_cert_store(context.shared()->configuration()->context());
    };
    CHECK(store(first) == store(second));
    const context_ptr server = server_context(a_leaf().for_host("server.test").signed_by(trusted_root()));
    CHECK(tls_meeting(first, server.get()).connect() ==
          rejected(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0, "CN=Leaf"));
    // What one context adds to its own roots is not trusted by another.
    CHECK(tls_meeting(trusting(trusted_root()), server.get()).connect() == accepted);
    CHECK(tls_meeting(second, server.get()).connect() ==
          rejected(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0, "CN=Leaf"));
}

TEST_CASE("TLS roots: those of file, directory and text are added up, and replace the system's") {
    const certificate a = an_authority("A").signed_by_itself();
    const certificate b = an_authority("B").signed_by_itself();
    const certificate c = an_authority("C").signed_by_itself();
    const certificate d = an_authority("D").signed_by_itself();
    const temporary_file file(a.pem() + b.pem());
    const temporary_directory directory;
    directory.write(hashed_name(c), c.pem());
    tls_options options;
    options.ca_file = file.path();
    options.ca_directory = directory.path();
    options.ca_pem = d.pem();
    const trusted_roots all = detail::own_roots(options);
    for (const certificate& each : {a, b, c, d}) CHECK(trusts(all, each));
    CHECK_FALSE(trusts(all, trusted_root()));
    options.ca_directory.clear();
    CHECK_FALSE(trusts(detail::own_roots(options), c));
}

TEST_CASE("TLS roots: an intermediate that the user trusts is enough") {
    const certificate middle = an_authority("Middle").signed_by(trusted_root());
    const certificate leaf = a_leaf().for_host("server.test").signed_by(middle);
    check_identities(trusting(middle), {{"its root is unknown", leaf}});
}

TEST_CASE("TLS roots: the digest is of the content, wherever it stands") {
    const certificate a = an_authority("A").signed_by_itself();
    const certificate b = an_authority("B").signed_by_itself();
    const temporary_file here(a.pem());
    const temporary_file there(a.pem());
    CHECK(digest_of({.ca_file = here.path()}) == digest_of({.ca_file = there.path()}));
    CHECK(digest_of({.ca_file = here.path()}) == digest_of({.ca_pem = a.pem()}));
    CHECK(digest_of({.ca_pem = a.pem()}) != digest_of({.ca_pem = b.pem()}));
    CHECK(digest_of({.ca_pem = a.pem()}) != digest_of({.ca_pem = a.pem() + b.pem()}));
    const std::string before = digest_of({.ca_file = here.path()});
    here.write(b.pem());
    CHECK(digest_of({.ca_file = here.path()}) != before);
}

TEST_CASE("TLS roots: a file that can't be used is named, with what is wrong with it") {
    const std::string pem = trusted_root().pem();
    const auto reason_of_file = [](const std::string& path) { return reason_of({{.ca_file = path}}); };
    CHECK(reason_of_file("/nowhere/roots.pem") ==
          "ca_file \"/nowhere/roots.pem\": No such file or directory");
    CHECK(reason_of_file("/") == "ca_file \"/\": Is a directory");
    CHECK(reason_of_file(std::string("/a\0b", 4)) ==
          "ca_file \"" + std::string("/a\0b", 4) + "\": the path has a NUL byte");
    CHECK(reason_of({{.ca_directory = "/nowhere"}}) ==
          "ca_directory \"/nowhere\": No such file or directory");
    const temporary_file file("");
    const std::string name = "ca_file \"" + file.path() + "\"";
    CHECK(reason_of_file(file.path()) == name + " has no certificate in PEM form");
    file.write(trusted_root().key_pem());
    CHECK(reason_of_file(file.path()) == name + " has no certificate in PEM form");
    CHECK(reason_of({{.ca_pem = "hello"}}) == "ca_pem has no certificate in PEM form");
    std::string spoilt = pem;
    spoilt[40] = '!';
    CHECK(reason_of({{.ca_pem = pem + spoilt}})
              .starts_with("ca_pem: OpenSSL can't read the certificate number 2: "));
    CHECK(reason_of({{.ca_pem = pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}})
              .starts_with("ca_pem: OpenSSL can't read the certificate number 2: "));
}

TEST_CASE("TLS roots: a text that is cut off anywhere is not taken for all of it") {
    const std::string first = trusted_root().pem();
    const std::string text = first + trusted_root().pem();
    CHECK(reason_of({{.ca_pem = text.substr(0, text.size() - 1)}}).empty());  // without the last line's end
    std::size_t used = 0;
    for (std::size_t size = 1; size < text.size() - 1; ++size) {
        if (!reason_of({{.ca_pem = text.substr(0, size)}}).empty()) continue;
        ++used;
        INFO("size " << size << " of " << text.size());
        // One certificate that is whole, with or without the end of its last line, may be all that there is.
        CHECK(size + 1 >= first.size());
        CHECK(size <= first.size());
    }
    CHECK(used == 2);
    CHECK(reason_of({{.ca_pem = "# a comment\n" + first + "# another\n"}}).empty());
    CHECK(reason_of({{.ca_pem = first + trusted_root().key_pem()}}).empty());
}

}  // namespace uplink::tests
