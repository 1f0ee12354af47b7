// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Two TLS sessions, a client's and a server's, whose ciphertext is moved from one to the other by the test: whole, or
// in pieces of any size. The certificate is made for each pair, and the client trusts it.
#pragma once

#include <uplink/detail/tls/tls_session.hpp>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::tests {

template <auto Free> struct freed_by {
    template <class T> void operator()(T* object) const noexcept { Free(object); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using context_ptr = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;

/// Signed by its own key, for "server.test", and valid for a day.
inline certificate_ptr make_certificate(EVP_PKEY* key) {
    certificate_ptr made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 86400);
    X509_set_pubkey(made.get(), key);
    std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> name(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:server.test"));
    X509_add_ext(made.get(), name.get(), -1);
    X509_sign(made.get(), key, EVP_sha256());
    return made;
}

class tls_pair {
public:
    explicit tls_pair(int version = TLS1_3_VERSION) {
        const key_ptr key(EVP_EC_gen("P-256"));
        const certificate_ptr certificate = make_certificate(key.get());
        SSL_CTX_use_certificate(server_context_.get(), certificate.get());
        SSL_CTX_use_PrivateKey(server_context_.get(), key.get());
        for (SSL_CTX* each : {client_context_.get(), server_context_.get()}) {
            SSL_CTX_set_min_proto_version(each, version);
            SSL_CTX_set_max_proto_version(each, version);
        }
        X509_STORE_add_cert(SSL_CTX_get_cert_store(client_context_.get()), certificate.get());
        SSL_CTX_set_verify(client_context_.get(), SSL_VERIFY_PEER, nullptr);
        client.emplace(client_context_.get());
        server.emplace(server_context_.get(), false);
    }

    /// Moves what `from` has put out to `to`, at most that many bytes at a time; calls after each piece.
    template <class After>
    static void move(detail::tls_session& from, detail::tls_session& to, std::size_t piece, After after) {
        while (!from.output().is_empty()) {
            const std::string_view all = from.output().view();
            const std::string_view part = all.substr(0, piece == 0 ? all.size() : piece);
            to.input().append(part.data(), part.size());
            from.output().consume(part.size());
            after();
        }
    }
    /// False if one side has failed.
    bool shake_hands(std::size_t piece = 0) {
        for (int round = 0; round != 20; ++round) {
            const auto a = client->handshake().state;
            move(*client, *server, piece, [&] { server->handshake(); });
            const auto b = server->handshake().state;
            move(*server, *client, piece, [&] { client->handshake(); });
            if (a == detail::tls_state::failed || b == detail::tls_state::failed) return false;
            if (a == detail::tls_state::done && b == detail::tls_state::done) return true;
        }
        return false;
    }
    /// All that one can read now, and how the last read ended.
    struct reading {
        std::string bytes{};
        detail::tls_state state = detail::tls_state::done;
    };
    static reading read_all(detail::tls_session& from, std::size_t room = 4096) {
        reading all;
        std::string bytes(room, '\0');
        for (;;) {
            const detail::tls_result got = from.read(net::buffer(bytes));
            all.bytes.append(bytes, 0, got.bytes);
            all.state = got.state;
            if (got.state != detail::tls_state::done) return all;
        }
    }

private:
    context_ptr client_context_{SSL_CTX_new(TLS_client_method())};
    context_ptr server_context_{SSL_CTX_new(TLS_server_method())};

public:
    std::optional<detail::tls_session> client{};
    std::optional<detail::tls_session> server{};
};

}  // namespace uplink::tests
