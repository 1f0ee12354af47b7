// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The server that the examples of TLS talk to: for each connection it reads until the request is complete, sends the
// answer, and ends, after one answer if it is not asked for more. It makes its certificate itself, for the name
// localhost; who trusts that one can talk to it. It listens on a free port of the loopback address, on a thread of its
// own, one connection after the other.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

template <auto Free> struct freed_by {
    template <class T> void operator()(T* object) const { Free(object); }
};

class tls_server {
    using tcp = asio::ip::tcp;

public:
    /// Gives the answer to what has come so far: empty, if more has to come first.
    using answer_function = std::function<std::string(std::string_view request)>;

    /// What is said in plaintext before the handshake; false: no handshake follows.
    using plaintext_function = std::function<bool(tcp::socket& peer)>;

    /// It ends a connection after so many answers; -1: it leaves the end to the client.
    explicit tls_server(answer_function answer, plaintext_function plaintext = {}, int answers = 1)
        : answer_(std::move(answer)), plaintext_(std::move(plaintext)), answers_(answers),
          listener_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        make_certificate();
        SSL_CTX_set_alpn_select_cb(context_.get(), &choose_http, nullptr);
        thread_ = std::thread([this] { serve(); });
    }
    ~tls_server() {
        ::shutdown(listener_.native_handle(), SHUT_RDWR);  // accept() returns
        thread_.join();
    }

    std::string host() const { return "localhost"; }
    std::string service() const { return std::to_string(listener_.local_endpoint().port()); }
    std::string certificate_pem() const { return certificate_pem_; }

private:
    void make_certificate() {
        const std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>> key(EVP_EC_gen("P-256"));
        const std::unique_ptr<X509, freed_by<X509_free>> made(X509_new());
        const std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> name(
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost"));
        const std::unique_ptr<BIO, freed_by<BIO_free>> text(BIO_new(BIO_s_mem()));
        X509_set_version(made.get(), X509_VERSION_3);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), key.get());
        X509_add_ext(made.get(), name.get(), -1);
        if (X509_sign(made.get(), key.get(), EVP_sha256()) == 0 ||
            SSL_CTX_use_certificate(context_.get(), made.get()) != 1 ||
            SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1 ||
            PEM_write_bio_X509(text.get(), made.get()) != 1)
            throw std::runtime_error("no certificate can be made");
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(text.get(), &bytes);
        certificate_pem_.assign(bytes, static_cast<std::size_t>(size));
    }

    /// Of what the client offers (RFC 7301).
    static int choose_http(SSL*, const unsigned char** chosen, unsigned char* size,
                           const unsigned char* offered, unsigned offered_size, void*) {
        static constexpr unsigned char ours[] = "\x08http/1.1";
        unsigned char* out = nullptr;
        if (SSL_select_next_proto(&out, size, ours, sizeof ours - 1, offered, offered_size) !=
            OPENSSL_NPN_NEGOTIATED)
            return SSL_TLSEXT_ERR_NOACK;
        *chosen = out;
        return SSL_TLSEXT_ERR_OK;
    }

    void serve() {
        for (std::error_code ec;;) {
            tcp::socket peer(io_);
            listener_.accept(peer, ec);
            if (ec) return;
            if (plaintext_ && !plaintext_(peer)) continue;
            const std::unique_ptr<SSL, freed_by<SSL_free>> session(SSL_new(context_.get()));
            SSL_set_fd(session.get(), static_cast<int>(peer.native_handle()));
            if (SSL_accept(session.get()) == 1) converse(session.get());
        }
    }
    void converse(SSL* session) {
        std::string request;
        for (int left = answers_; left != 0;) {
            char bytes[1024];
            const int count = SSL_read(session, bytes, sizeof bytes);
            if (count <= 0) break;
            request.append(bytes, static_cast<std::size_t>(count));
            const std::string answer = answer_(request);
            if (answer.empty()) continue;
            SSL_write(session, answer.data(), static_cast<int>(answer.size()));
            request.clear();
            --left;
        }
        SSL_shutdown(session);  // sends close_notify
        SSL_shutdown(session);  // waits for the client's
    }

    const answer_function answer_;
    const plaintext_function plaintext_;
    const int answers_;
    const std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>> context_{SSL_CTX_new(TLS_server_method())};
    std::string certificate_pem_{};
    asio::io_context io_;
    tcp::acceptor listener_;
    std::thread thread_;
};
