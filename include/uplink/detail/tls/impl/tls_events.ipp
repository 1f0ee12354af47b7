// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of tls_events.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/tls_events.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <new>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL void tls_events::install(SSL_CTX* context, bool verifies, bool keeps_sessions,
                                     bool logs_keys) noexcept {
    SSL_CTX_set_verify(context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, &certificate_was_verified);
    SSL_CTX_set_cert_verify_callback(context, &verify, nullptr);
    SSL_CTX_set_session_cache_mode(
        context, keeps_sessions ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL : SSL_SESS_CACHE_OFF);
    if (keeps_sessions) SSL_CTX_sess_set_new_cb(context, &session_came);
    if (keeps_sessions) SSL_CTX_set_info_callback(context, &state_changed);
    if (logs_keys) SSL_CTX_set_keylog_callback(context, &key_came);
}

UPLINK_DECL void tls_events::attach(SSL* ssl) {
    if (SSL_set_ex_data(ssl, index(), this) != 1) throw std::bad_alloc();
}

UPLINK_DECL int tls_events::index() noexcept {
    static const int made = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return made;
}

UPLINK_DECL tls_events* tls_events::of(const SSL* ssl) noexcept {
    return static_cast<tls_events*>(SSL_get_ex_data(ssl, index()));
}

UPLINK_DECL tls_events* tls_events::of(X509_STORE_CTX* store) noexcept {
    return of(
        static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())));
}

UPLINK_DECL int tls_events::verify(X509_STORE_CTX* store, void*) noexcept {
    tls_events* const events = of(store);
    return events != nullptr && events->verify_chain(store) ? 1 : 0;
}

UPLINK_DECL int tls_events::certificate_was_verified(int is_good, X509_STORE_CTX* store) noexcept {
    tls_events* const events = of(store);
    return events != nullptr && events->certificate_verified(is_good == 1, store) ? 1 : 0;
}

UPLINK_DECL int tls_events::session_came(SSL* ssl, SSL_SESSION* session) noexcept {
    tls_events* const events = of(ssl);
    return events != nullptr && events->keep_session(session) ? 1 : 0;
}

UPLINK_DECL void tls_events::state_changed(const SSL* ssl, int what, int value) noexcept {
    const bool is_fatal_alert = (what & SSL_CB_ALERT) != 0 && (value >> 8) == SSL3_AL_FATAL;
    tls_events* const events = is_fatal_alert ? of(ssl) : nullptr;
    if (events != nullptr) events->failed_fatally();
}

UPLINK_DECL void tls_events::key_came(const SSL* ssl, const char* line) noexcept {
    if (tls_events* const events = of(ssl)) events->log_key(line);
}

}  // namespace uplink::detail
