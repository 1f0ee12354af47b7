// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Two TLS sessions, a client's and a server's, whose ciphertext is moved from one to the other by the test: whole, or
// in pieces of any size. The certificate is made for each pair, and the client trusts it.
#pragma once

#include <uplink/detail/tls/tls_session.hpp>

#include "tls/certificates.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uplink::tests {

class tls_pair {
public:
    explicit tls_pair(int version = TLS1_3_VERSION) {
        for (SSL_CTX* each : {client_context_.get(), server_context_.get()}) {
            SSL_CTX_set_min_proto_version(each, version);
            SSL_CTX_set_max_proto_version(each, version);
        }
        X509_STORE_add_cert(SSL_CTX_get_cert_store(client_context_.get()), shown_.x509());
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
    certificate shown_ = a_leaf().for_host("server.test").signed_by_itself();
    context_ptr client_context_{SSL_CTX_new(TLS_client_method())};
    context_ptr server_context_ = server_context(shown_);

public:
    std::optional<detail::tls_session> client{};
    std::optional<detail::tls_session> server{};
};

}  // namespace uplink::tests
