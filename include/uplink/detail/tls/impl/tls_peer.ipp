// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of tls_peer.hpp.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/machine/server_name.hpp>
#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>
#include <uplink/detail/tls/certificate_pins.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/openssl_words.hpp>
#include <uplink/detail/tls/session_facts.hpp>
#include <uplink/detail/tls/tls_alert.hpp>
#include <uplink/detail/tls/tls_configuration.hpp>
#include <uplink/detail/tls/tls_peer.hpp>
#include <uplink/detail/tls/tls_shared.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL tls_peer::tls_peer(const std::shared_ptr<tls_shared>& shared)
    : shared_(shared), configuration_(shared->configuration()) {}

UPLINK_DECL SSL_CTX* tls_peer::context() const noexcept { return configuration_->context(); }

UPLINK_DECL error_code tls_peer::begin(SSL* ssl, const handshake_target& target) {
    if (const error_code ec = configuration_->status()) return ec;
    attach(ssl);
    name_ = configuration_->name();
    if (name_.is_empty() && !target.host.empty()) {
        if (const refusal why = classify_server_name(target.host, name_)) return why.error;
    }
    if (name_.is_empty() && configuration_->verifies()) return net::error::invalid_argument;
    if (!expect_name(ssl)) return errc::tls_configuration;
    if (configuration_->options().session_cache != 0 && configuration_->verifies() &&
        !target.service.empty()) {
        resumption_key_ = key_of(target);
        offer_session(ssl);
    }
    return {};
}

UPLINK_DECL error_code tls_peer::finish(SSL* ssl) {
    if (SSL_session_reused(ssl) == 1) {
        chain_ = std::move(offered_chain_);
    } else {
        chain_ = std::make_shared<const certificate_chain>(chain_of(ssl, configuration_->verifies()));
        verified_ = std::chrono::steady_clock::now();
    }
    const std::string_view chosen = alpn_of(ssl);  // OpenSSL has not always compared it with what was offered
    if (!chosen.empty() && !contains(configuration_->options().alpn, chosen)) return refuse(errc::tls_failed);
    if (const std::string_view why = find_fault(ssl); !why.empty()) {
        note_fault(why, ssl);
        return refuse(errc::certificate_rejected);
    }
    is_accepted_ = true;
    for (const session_ptr& each : std::exchange(early_sessions_, {})) keep(each);
    return {};
}

UPLINK_DECL void tls_peer::handshake_failed() noexcept {
    if (has_offered_) shared_->drop(resumption_key_);
}

UPLINK_DECL void tls_peer::describe(SSL* ssl, int alert, tls_report& report) const {
    describe_session(ssl, report);
    if (alert >= 0) {
        const std::string_view name = alert_name(alert);
        report.alert = name.empty() ? "alert " + std::to_string(alert) : std::string(name);
    }
    report.verify_error = verify_error_;
    report.depth = depth_;
    report.subject = subject_;
}

UPLINK_DECL bool tls_peer::tolerates_missing_close_notify() const noexcept {
    return configuration_->options().tolerate_missing_close_notify;
}

UPLINK_DECL bool tls_peer::expect_name(SSL* ssl) const {
    X509_VERIFY_PARAM* const verification = SSL_get0_param(ssl);
    if (name_.literal && name_.literal->is_v4()) {
        const auto bytes = name_.literal->to_v4().to_bytes();
        return X509_VERIFY_PARAM_set1_ip(verification, bytes.data(), bytes.size()) == 1;
    }
    if (name_.literal) {
        const auto bytes = name_.literal->to_v6().to_bytes();
        return X509_VERIFY_PARAM_set1_ip(verification, bytes.data(), bytes.size()) == 1;
    }
    if (name_.is_empty()) return true;  // nothing is verified
    std::string told =
        name_.name;  // SSL_set_tlsext_host_name is a macro with a cast that careful users warn about
    return X509_VERIFY_PARAM_set1_host(verification, told.data(), told.size()) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, told.data()) == 1;
}

UPLINK_DECL std::string tls_peer::key_of(const handshake_target& target) const {
    texts_digest digest;
    digest.add(configuration_->identity());
    digest.add(to_lower(target.host));
    digest.add(target.service);
    digest.add(target.route);
    digest.add(name_.literal ? name_.literal->to_string() : name_.name);
    return digest.value();
}

UPLINK_DECL void tls_peer::offer_session(SSL* ssl) {
    auto kept = shared_->take(resumption_key_);
    if (!kept) return;
    const session_ptr own = is_usable(kept->session.get(), *kept->chain, configuration_->revocation_lists())
                                ? made(session_ptr(SSL_SESSION_dup(kept->session.get())))
                                : session_ptr();
    if (!own || SSL_set_session(ssl, own.get()) != 1) return shared_->drop(resumption_key_);
    offered_chain_ = std::move(kept->chain);
    verified_ = kept->verified;
    has_offered_ = true;
}

UPLINK_DECL bool tls_peer::verify_chain(X509_STORE_CTX* store) noexcept {
    if (!configuration_->verifies()) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return true;
    }
    if (configuration_->revocation_lists() != nullptr)
        X509_STORE_CTX_set0_crls(store, configuration_->revocation_lists());
    return X509_verify_cert(store) == 1;
}

UPLINK_DECL bool tls_peer::certificate_verified(bool is_good, X509_STORE_CTX* store) noexcept {
    if (is_good) return true;
    const int error = X509_STORE_CTX_get_error(store);
    const int depth = X509_STORE_CTX_get_error_depth(store);
    // Lists are demanded for the server's own certificate, and used for the others if there are any.
    if (error == X509_V_ERR_UNABLE_TO_GET_CRL && depth > 0) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return true;
    }
    note_fault(X509_verify_cert_error_string(error), depth, X509_STORE_CTX_get_current_cert(store));
    return false;
}

UPLINK_DECL bool tls_peer::keep_session(SSL_SESSION* session) noexcept {
    if (resumption_key_.empty()) return false;
    session_ptr own(session);
    try {
        if (is_accepted_) keep(own);
        else early_sessions_.push_back(std::move(own));
    } catch (...) {  // without memory it is not kept
    }
    return true;
}

UPLINK_DECL void tls_peer::failed_fatally() noexcept {
    if (has_offered_ || is_accepted_) shared_->drop(resumption_key_);
}

UPLINK_DECL void tls_peer::log_key(std::string_view line) noexcept {
    try {
        configuration_->options().key_log(line);
    } catch (...) {
    }
}

UPLINK_DECL error_code tls_peer::refuse(errc why) {
    early_sessions_.clear();
    handshake_failed();
    return why;
}

UPLINK_DECL std::string_view tls_peer::find_fault(SSL* ssl) {
    const tls_options& options = configuration_->options();
    const bool has_certificate = chain_ && !chain_->empty() && SSL_get0_peer_certificate(ssl) != nullptr;
    if (configuration_->verifies()) {
        if (const long result = SSL_get_verify_result(ssl); result != X509_V_OK)
            return X509_verify_cert_error_string(result);
        if (!has_certificate) return "the server has sent no certificate";
        if (!has_name(SSL_get0_peer_certificate(ssl), name_))
            return X509_verify_cert_error_string(name_.literal ? X509_V_ERR_IP_ADDRESS_MISMATCH
                                                               : X509_V_ERR_HOSTNAME_MISMATCH);
    }
    if (!configuration_->pins().empty()) {
        if (!has_certificate || !has_pinned_key(*chain_, configuration_->pins()))
            return "no certificate of the chain has one of the pinned keys";
    }
    if (options.require_alpn && alpn_of(ssl).empty())
        return "the server has chosen no application protocol (ALPN)";
    if (options.verify) {
        if (!has_certificate) return "the server has sent no certificate";
        if (!asks_hook(options)) return "the verify hook has refused the certificate";
    }
    return {};
}

UPLINK_DECL bool tls_peer::asks_hook(const tls_options& options) const {
    const std::vector<std::string> texts = to_pem(*chain_);
    try {
        return options.verify(texts);
    } catch (...) {
        return false;
    }
}

UPLINK_DECL void tls_peer::keep(const session_ptr& in_use) {
    shared_->keep(resumption_key_, {made(session_ptr(SSL_SESSION_dup(in_use.get()))), chain_, verified_});
}

UPLINK_DECL void tls_peer::note_fault(std::string_view why, int depth, const X509* certificate) noexcept {
    if (!verify_error_.empty()) return;
    try {
        subject_ = subject_of(certificate);
        verify_error_ = why;
        depth_ = depth;
    } catch (...) {  // without memory the error code is all that is reported
    }
}

UPLINK_DECL void tls_peer::note_fault(std::string_view why, SSL* ssl) noexcept {
    const X509* const leaf = SSL_get0_peer_certificate(ssl);
    note_fault(why, leaf != nullptr ? 0 : -1, leaf);
}

}  // namespace uplink::detail
