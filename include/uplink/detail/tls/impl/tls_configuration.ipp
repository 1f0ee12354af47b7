// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of tls_configuration.hpp.
#pragma once

#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/machine/server_name.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/certificate_pins.hpp>
#include <uplink/detail/tls/client_certificate.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/openssl_words.hpp>
#include <uplink/detail/tls/option_text.hpp>
#include <uplink/detail/tls/pem_list.hpp>
#include <uplink/detail/tls/tls_configuration.hpp>
#include <uplink/detail/tls/tls_events.hpp>
#include <uplink/detail/tls/tls_parameters.hpp>
#include <uplink/detail/tls/trusted_roots.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <new>
#include <string>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL tls_configuration::tls_configuration(std::shared_ptr<const tls_options> options)
    : options_(std::move(options)) {
    try {
        make();
    } catch (const unusable_option& unusable) {
        reason_ = unusable.words;
    }
    ERR_clear_error();
}

UPLINK_DECL void tls_configuration::make() {
    ERR_clear_error();
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (!context_) throw unusable_option{"OpenSSL can't make a context: " + openssl_words()};
    SSL_CTX* const context = context_.get();
    tls_events::install(context, verifies(), options_->session_cache != 0,
                        static_cast<bool>(options_->key_log));
    set_parameters(context, *options_);
    set_name();
    pins_ = parse_pins(options_->pins);
    set_verification();
    texts_digest digest;
    digest.add(roots_);
    digest.add(use_client_certificate(context, *options_));
    digest.add(set_revocation());
    add_parameters(digest);
    identity_ = digest.value();
}

UPLINK_DECL void tls_configuration::set_name() {
    if (options_->server_name.empty()) return;
    const refusal why = classify_server_name(options_->server_name, name_);
    if (why) throw unusable_option{"server_name " + std::string(why.reason)};
}

UPLINK_DECL void tls_configuration::set_verification() {
    X509_VERIFY_PARAM* const verification = SSL_CTX_get0_param(context_.get());
    X509_VERIFY_PARAM_set_hostflags(verification, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    trusted_roots roots;
    if (has_own_roots(*options_)) {
        roots = own_roots(*options_);
        X509_VERIFY_PARAM_set_flags(verification, X509_V_FLAG_PARTIAL_CHAIN);
    } else if (verifies()) {
        roots = system_roots();
    } else {
        return;
    }
    SSL_CTX_set1_cert_store(context_.get(), roots.store.get());
    roots_ = roots.digest;
}

UPLINK_DECL std::string tls_configuration::set_revocation() {
    if (options_->crl_file.empty()) return {};
    const option_text text = option_text::of_file("crl_file", options_->crl_file);
    revocation_lists_ = made(revocation_lists_ptr(sk_X509_CRL_new_null()));
    const auto read = [](BIO* bytes) {
        return revocation_list_ptr(PEM_read_bio_X509_CRL(bytes, nullptr, no_password, nullptr));
    };
    read_pem(text, "revocation list", read, [&](revocation_list_ptr list) {
        if (sk_X509_CRL_push(revocation_lists_.get(), list.get()) <= 0) throw std::bad_alloc();
        (void)list.release();
    });
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context_.get()),
                                X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return std::string(text.bytes());
}

UPLINK_DECL void tls_configuration::add_parameters(texts_digest& digest) const {
    digest.add(verifies() ? "verified" : "not verified");
    digest.add(alpn_wire_form(options_->alpn));
    digest.add(std::to_string(SSL_CTX_get_min_proto_version(context_.get())));
    digest.add(std::to_string(SSL_CTX_get_max_proto_version(context_.get())));
    for (const std::string& each : options_->pins) digest.add(each);
}

}  // namespace uplink::detail
