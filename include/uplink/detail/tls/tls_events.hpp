// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What OpenSSL reports during a connection. It calls functions that are set for a whole SSL_CTX; these find
// the connection's own object through the SSL, and call it. No exception may leave them.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class tls_events {
public:
    /// For an SSL_CTX whose every SSL is attached to such an object.
    static void install(SSL_CTX* context, bool verifies, bool keeps_sessions, bool logs_keys) noexcept;

protected:
    tls_events() = default;
    ~tls_events() = default;

    /// The SSL must not go on with the handshake or read after this object has been destroyed.
    void attach(SSL* ssl);

private:
    /// Verifies the chain that the server has sent.
    virtual bool verify_chain(X509_STORE_CTX* store) noexcept = 0;
    /// Called during verify_chain, with each certificate and each error. False ends the verification.
    virtual bool certificate_verified(bool is_good, X509_STORE_CTX* store) noexcept = 0;
    /// A session that can be resumed has come. True: it belongs to this object now.
    virtual bool keep_session(SSL_SESSION* session) noexcept = 0;
    /// Either side has ended the connection with a fatal alert.
    virtual void failed_fatally() noexcept = 0;
    virtual void log_key(std::string_view line) noexcept = 0;

    static int index() noexcept;
    static tls_events* of(const SSL* ssl) noexcept;
    static tls_events* of(X509_STORE_CTX* store) noexcept;

    static int verify(X509_STORE_CTX* store, void*) noexcept;
    static int certificate_was_verified(int is_good, X509_STORE_CTX* store) noexcept;
    static int session_came(SSL* ssl, SSL_SESSION* session) noexcept;
    static void state_changed(const SSL* ssl, int what, int value) noexcept;
    static void key_came(const SSL* ssl, const char* line) noexcept;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/tls_events.ipp>
#endif
