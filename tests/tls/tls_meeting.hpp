// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client with tls_options meets a server with a certificate, in memory: the client's side is a session and the peer
// that verifies the server, as the stream has them; the test moves the ciphertext.
//   const context_ptr server = server_context(leaf);
//   tls_meeting meeting({{.ca_pem = root.pem()}}, server.get());
//   CHECK(meeting.connect() == accepted);
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/detail/tls/tls_peer.hpp>
#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/tls_context.hpp>

#include "tls/certificates.hpp"
#include "tls/tls_pair.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

/// What a connect over TLS completes with, and what its report says about the server's certificate.
struct verdict {
    error_code ec{};
    std::string verify_error{};
    int depth = -1;
    std::string subject{};

    friend bool operator==(const verdict&, const verdict&) = default;
    friend std::ostream& operator<<(std::ostream& out, const verdict& shown) {
        out << (shown.ec ? shown.ec.message() : "success");
        if (shown.depth == -1 && shown.verify_error.empty() && shown.subject.empty()) return out;
        return out << " (" << shown.verify_error << ", depth " << shown.depth << ", " << shown.subject << ')';
    }
};

inline const verdict accepted{};
/// By OpenSSL's verification; the words of an X509_V_ERR_... are OpenSSL's own.
inline verdict rejected(int x509_error, int depth, std::string_view subject) {
    return {errc::certificate_rejected, X509_verify_cert_error_string(x509_error), depth,
            std::string(subject)};
}

class tls_meeting {
public:
    tls_meeting(const tls_context& context, SSL_CTX* server_context,
                detail::handshake_target target = {"server.test", "443", ""})
        : peer(context.shared()), client(peer.context()), server(server_context, false),
          target_(std::move(target)) {}

    /// The whole handshake, in pieces of at most so many bytes; 0: as they come. The server's tickets are left in the
    /// client's input.
    verdict connect(std::size_t piece = 0) {
        begin();
        return finish(piece);
    }
    /// The rest of it, after begin().
    verdict finish(std::size_t piece = 0) {
        while (!client.output().is_empty() || !server.output().is_empty()) {
            tls_pair::move(client, server, piece, [&] { server.handshake(); });
            tls_pair::move(server, client, piece, [&] { go_on(); });
        }
        return outcome();
    }
    /// Everything that both have to say to each other now is said; what the client reads is given.
    tls_pair::reading exchange() {
        tls_pair::reading all;
        do {
            tls_pair::move(client, server, 0, [] {});
            tls_pair::read_all(server);
            tls_pair::move(server, client, 0, [] {});
            const tls_pair::reading got = tls_pair::read_all(client);
            all.bytes += got.bytes;
            all.state = got.state;
        } while (!client.output().is_empty() || !server.output().is_empty());
        return all;
    }
    /// These bytes come from the network, after the handshake.
    tls_pair::reading receive(std::string_view ciphertext) {
        client.input().append(ciphertext.data(), ciphertext.size());
        return tls_pair::read_all(client);
    }
    tls_report report() {
        tls_report written;
        peer.describe(client.native_handle(), client.alert(), written);
        return written;
    }

    // --- The steps of connect() ---

    void begin() {
        ec_ = peer.begin(client.native_handle(), target_);
        is_settled_ = static_cast<bool>(ec_);
        go_on();
    }
    /// More ciphertext has come, or its end.
    void go_on() {
        if (is_settled_) return;
        const detail::tls_state state = client.handshake().state;
        if (state == detail::tls_state::needs_input) return;
        is_settled_ = true;
        if (state == detail::tls_state::done) {
            ec_ = peer.finish(client.native_handle());
        } else {
            peer.handshake_failed();
            ec_ = client.failure();
        }
    }
    bool is_settled() const noexcept { return is_settled_; }
    /// would_block: the client waits for more.
    verdict outcome() {
        if (!is_settled_) return {net::error::would_block};
        const tls_report written = report();
        return {ec_, written.verify_error, written.depth, written.subject};
    }

    detail::tls_peer peer;
    detail::tls_session client;
    detail::tls_session server;

private:
    detail::handshake_target target_;
    error_code ec_{};
    bool is_settled_ = false;
};

}  // namespace uplink::tests
