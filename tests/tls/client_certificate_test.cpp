// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A server that asks for a certificate, of a client that has none, a wrong one, the right one, and one whose files
// change.
#include <uplink/detail/tls/openssl_words.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <sstream>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

/// Its server asks for a certificate of this authority.
context_ptr asking_server(const certificate& authority, int version, bool is_demanded = true) {
    static const certificate shown = a_leaf().for_host("server.test").signed_by(trusted_root());
    context_ptr server = server_context(shown);
    SSL_CTX_set_min_proto_version(server.get(), version);
    SSL_CTX_set_max_proto_version(server.get(), version);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(server.get()), authority.x509());
    SSL_CTX_set_verify(server.get(), SSL_VERIFY_PEER | (is_demanded ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       nullptr);
    return server;
}

const certificate& client_authority() {
    static const certificate made = an_authority("Clients").signed_by_itself();
    return made;
}
certificate client_signed_by(const certificate& authority) {
    return a_leaf("Client").with_extended_usage("clientAuth").signed_by(authority);
}

/// How a connection goes: the handshake, and then the first read.
struct course {
    error_code handshake{};
    error_code read{};
    std::string alert{};        ///< in the report
    std::string client_name{};  ///< the subject, as the server has verified it

    friend bool operator==(const course&, const course&) = default;
    friend std::ostream& operator<<(std::ostream& out, const course& shown) {
        return out << "handshake " << shown.handshake.message() << ", read " << shown.read.message()
                   << ", alert " << shown.alert << ", client " << shown.client_name;
    }
};

course meet(const tls_context& context, const context_ptr& server) {
    tls_meeting meeting(context, server.get());
    course seen;
    seen.handshake = meeting.connect().ec;
    if (!seen.handshake) {
        meeting.exchange();
        seen.read = meeting.client.failure();
    }
    seen.alert = meeting.report().alert;
    if (const X509* const shown = SSL_get0_peer_certificate(meeting.server.native_handle())) {
        seen.client_name = detail::subject_of(shown);
    }
    return seen;
}

/// In TLS 1.2 the alert ends the handshake; in 1.3 the client is done before the server looks.
course refused(int version, std::string_view alert_in_1_2, std::string_view alert_in_1_3) {
    course expected;
    (version == TLS1_3_VERSION ? expected.read : expected.handshake) = errc::tls_alert;
    expected.alert = version == TLS1_3_VERSION ? alert_in_1_3 : alert_in_1_2;
    return expected;
}
const course welcome{{}, {}, "", "CN=Client"};

tls_options with_certificate(const certificate& own) {
    tls_options options = trusting(trusted_root());
    options.certificate_pem = own.chain_pem();
    options.private_key_pem = own.key_pem();
    return options;
}

}  // namespace

TEST_CASE("TLS client certificate: what a server that asks for one makes of it", "[verdict]") {
    const certificate stranger = an_authority("Stranger").signed_by_itself();
    const certificate middle = an_authority("Middle").signed_by(client_authority());
    const tls_options without = trusting(trusted_root());
    const tls_options right = with_certificate(client_signed_by(client_authority()));
    const tls_options by_stranger = with_certificate(client_signed_by(stranger));
    const tls_options expired =
        with_certificate(a_leaf("Client").that_has_expired().signed_by(client_authority()));
    verdict_table table;
    for (const int version : every_version) {
        const context_ptr demanding = asking_server(client_authority(), version);
        const context_ptr polite = asking_server(client_authority(), version, false);
        struct row {
            std::string_view rule;
            const context_ptr& server;
            tls_options options;
            course expected;
        };
        for (const row& each :
             {row{"missing", demanding, without,
                  refused(version, "handshake_failure", "certificate_required")},
              row{"of a stranger", demanding, by_stranger, refused(version, "unknown_ca", "unknown_ca")},
              row{"expired", demanding, expired,
                  refused(version, "certificate_expired", "certificate_expired")},
              row{"right", demanding, right, welcome},
              row{"right, with its intermediate", demanding, with_certificate(client_signed_by(middle)),
                  welcome},
              row{"right, and not demanded", polite, right, welcome},
              row{"missing, and not demanded", polite, without, course{}}}) {
            INFO(each.rule << ", version " << version);
            const course seen = meet(each.options, each.server);
            CHECK(seen == each.expected);
            std::ostringstream text;
            text << seen;
            table.add(each.rule, version, text.str());
        }
    }
}

TEST_CASE("TLS client certificate: each kind of key, from PEM, files and PKCS#12") {
    for (const key_kind kind : {key_kind::p256, key_kind::p384, key_kind::ed25519, key_kind::rsa}) {
        const certificate middle = an_authority("Middle").signed_by(client_authority());
        const certificate own = a_leaf("Client").with_key(kind).signed_by(middle);
        for (const int version : every_version) {
            INFO("version " << version << ", key " << static_cast<int>(kind));
            const context_ptr server = asking_server(client_authority(), version);
            CHECK(meet(with_certificate(own), server) == welcome);

            const temporary_file chain(own.chain_pem());
            const temporary_file key(own.key_pem("secret"));
            tls_options files = trusting(trusted_root());
            files.certificate_file = chain.path();
            files.private_key_file = key.path();
            files.password = [] { return std::string("secret"); };
            CHECK(meet(files, server) == welcome);

            const temporary_file both(own.pkcs12("secret"));
            tls_options pkcs12 = trusting(trusted_root());
            pkcs12.pkcs12_file = both.path();
            pkcs12.password = [] { return std::string("secret"); };
            CHECK(meet(pkcs12, server) == welcome);
        }
    }
}

TEST_CASE(
    "TLS client certificate: files that have changed are read by reload, half-written ones are not used") {
    const certificate stranger = an_authority("Stranger").signed_by_itself();
    const certificate wrong = client_signed_by(stranger);
    const certificate right = client_signed_by(client_authority());
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = asking_server(client_authority(), version);
        const course is_refused = refused(version, "unknown_ca", "unknown_ca");
        const temporary_file chain(wrong.pem());
        const temporary_file key(wrong.key_pem());
        tls_options options = trusting(trusted_root());
        options.certificate_file = chain.path();
        options.private_key_file = key.path();
        tls_context context(options);
        CHECK(meet(context, server) == is_refused);

        error_code ec;
        const auto reload = [&] {
            ec.clear();
            context.reload(ec);
            CHECK(context.status() == error_code());  // of what is in use
            return ec;
        };
        chain.write(right.pem());
        CHECK(reload() == errc::tls_configuration);  // the key is still the old one
        CHECK(meet(context, server) == is_refused);
        const std::string key_text = right.key_pem();
        for (const std::size_t size :
             {std::size_t(0), std::size_t(20), key_text.size() / 2, key_text.size() - 5}) {
            key.write(key_text.substr(0, size));
            CHECK(reload() == errc::tls_configuration);
        }
        CHECK(meet(context, server) == is_refused);
        key.write(key_text);
        CHECK(meet(context, server) == is_refused);  // nobody has called reload
        CHECK(reload() == error_code());
        CHECK(meet(context, server) == welcome);
        chain.remove();
        CHECK(reload() == errc::tls_configuration);
        CHECK(meet(context, server) == welcome);
    }
}

TEST_CASE("TLS roots: files that have changed are read by reload, half-written ones are not used") {
    const certificate old_root = an_authority("Old root").signed_by_itself();
    const certificate new_root = an_authority("New root").signed_by_itself();
    const context_ptr old_server = server_context(a_leaf().for_host("server.test").signed_by(old_root));
    const context_ptr new_server = server_context(a_leaf().for_host("server.test").signed_by(new_root));
    const temporary_file roots(old_root.pem());
    tls_options options;
    options.ca_file = roots.path();
    tls_context context(options);
    const auto meet_server = [&](const context_ptr& server) {
        return tls_meeting(context, server.get()).connect().ec;
    };
    CHECK(meet_server(old_server) == error_code());
    CHECK(meet_server(new_server) == errc::certificate_rejected);

    error_code ec;
    const std::string text = old_root.pem() + new_root.pem();
    // Not cut where a whole certificate ends.
    for (const std::size_t size :
         {std::size_t(0), old_root.pem().size() / 2, text.size() - 100, text.size() - 5}) {
        INFO("size " << size << " of " << text.size());
        roots.write(text.substr(0, size));
        context.reload(ec);
        CHECK(ec == errc::tls_configuration);
        CHECK(meet_server(old_server) == error_code());
        CHECK(meet_server(new_server) == errc::certificate_rejected);
    }
    roots.write(text);
    context.reload(ec);
    CHECK(ec == error_code());
    CHECK(meet_server(old_server) == error_code());
    CHECK(meet_server(new_server) == error_code());
    roots.write(new_root.pem());
    context.reload(ec);
    CHECK(meet_server(old_server) == errc::certificate_rejected);
    CHECK(meet_server(new_server) == error_code());
}

}  // namespace uplink::tests
