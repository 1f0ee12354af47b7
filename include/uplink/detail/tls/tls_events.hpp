// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What OpenSSL reports during a connection. It calls functions that are set for a whole SSL_CTX; these find
// the connection's own object through the SSL, and call it. No exception may leave them.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <new>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class tls_events {
public:
    /// For an SSL_CTX whose every SSL is attached to such an object.
    static void install(SSL_CTX* context, bool verifies, bool keeps_sessions, bool logs_keys) noexcept {
        SSL_CTX_set_verify(context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, &certificate_was_verified);
        SSL_CTX_set_cert_verify_callback(context, &verify, nullptr);
        SSL_CTX_set_session_cache_mode(context, keeps_sessions
                                                    ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
                                                    : SSL_SESS_CACHE_OFF);
        if (keeps_sessions) SSL_CTX_sess_set_new_cb(context, &session_came);
        if (keeps_sessions) SSL_CTX_set_info_callback(context, &state_changed);
        if (logs_keys) SSL_CTX_set_keylog_callback(context, &key_came);
    }

protected:
    tls_events() = default;
    ~tls_events() = default;

    /// The SSL must not go on with the handshake or read after this object has been destroyed.
    void attach(SSL* ssl) {
        if (SSL_set_ex_data(ssl, index(), this) != 1) throw std::bad_alloc();
    }

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

    static int index() noexcept {
        static const int made = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
        return made;
    }
    static tls_events* of(const SSL* ssl) noexcept {
        return static_cast<tls_events*>(SSL_get_ex_data(ssl, index()));
    }
    static tls_events* of(X509_STORE_CTX* store) noexcept {
        return of(
            static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())));
    }

    static int verify(X509_STORE_CTX* store, void*) noexcept {
        tls_events* const events = of(store);
        return events != nullptr && events->verify_chain(store) ? 1 : 0;
    }
    static int certificate_was_verified(int is_good, X509_STORE_CTX* store) noexcept {
        tls_events* const events = of(store);
        return events != nullptr && events->certificate_verified(is_good == 1, store) ? 1 : 0;
    }
    static int session_came(SSL* ssl, SSL_SESSION* session) noexcept {
        tls_events* const events = of(ssl);
        return events != nullptr && events->keep_session(session) ? 1 : 0;
    }
    static void state_changed(const SSL* ssl, int what, int value) noexcept {
        const bool is_fatal_alert = (what & SSL_CB_ALERT) != 0 && (value >> 8) == SSL3_AL_FATAL;
        tls_events* const events = is_fatal_alert ? of(ssl) : nullptr;
        if (events != nullptr) events->failed_fatally();
    }
    static void key_came(const SSL* ssl, const char* line) noexcept {
        if (tls_events* const events = of(ssl)) events->log_key(line);
    }
};

}  // namespace uplink::detail
