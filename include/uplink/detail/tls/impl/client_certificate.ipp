// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of client_certificate.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/client_certificate.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/openssl_words.hpp>
#include <uplink/detail/tls/option_text.hpp>
#include <uplink/detail/tls/pem_list.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool password_question::ask() noexcept {
    if (!ask_) {
        why_ = " is encrypted, and there is no password";
        return false;
    }
    try {
        answer_ = ask_();
        why_ = " is encrypted, and its password does not fit";
        return true;
    } catch (...) {
        why_ = " is encrypted, and password has thrown";
        return false;
    }
}

UPLINK_DECL int password_question::callback(char* room, int size, int, void* question) noexcept {
    password_question& self = *static_cast<password_question*>(question);
    if (!self.ask()) return -1;
    if (self.answer_.size() > static_cast<std::size_t>(size)) {
        self.why_ = " is encrypted, and its password is too long";
        return -1;
    }
    std::copy(self.answer_.begin(), self.answer_.end(), room);
    return static_cast<int>(self.answer_.size());
}

UPLINK_DECL void client_certificate::add(certificate_ptr next) {
    if (!leaf) leaf = std::move(next);
    else if (sk_X509_push(chain.get(), next.get()) > 0) (void)next.release();
    else throw std::bad_alloc();
}

UPLINK_DECL key_ptr read_key(const option_text& text, const tls_options& options) {
    if (text.bytes().find("PRIVATE KEY-----") == std::string_view::npos) return {};
    const bio_ptr bytes = reading(text.bytes());
    password_question question(options.password);
    ERR_clear_error();
    key_ptr key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, password_question::callback, &question));
    if (!key) {
        const std::string_view why = question.why().empty() ? " can't be read by OpenSSL" : question.why();
        throw unusable_option{"the private key of " + text.name() + std::string(why) + ": " +
                              openssl_words()};
    }
    return key;
}

UPLINK_DECL client_certificate read_pem_certificate(const option_text& certificate, const option_text* key,
                                                    const tls_options& options) {
    client_certificate read;
    read_certificates(certificate, [&](certificate_ptr next) { read.add(std::move(next)); });
    read.key = read_key(key != nullptr ? *key : certificate, options);
    require_option(read.key != nullptr,
                   key != nullptr
                       ? key->name() + " has no private key in PEM form"
                       : certificate.name() + " is set without private_key_file or private_key_pem");
    return read;
}

using pkcs12_ptr = std::unique_ptr<PKCS12, freed_by<PKCS12_free>>;

UPLINK_DECL client_certificate read_pkcs12(const option_text& text, const tls_options& options) {
    const bio_ptr bytes = reading(text.bytes());
    ERR_clear_error();
    const pkcs12_ptr file(d2i_PKCS12_bio(bytes.get(), nullptr));
    if (!file) throw unusable_option{text.name() + " is no PKCS#12 file: " + openssl_words()};
    password_question question(options.password);
    const bool is_open = PKCS12_mac_present(file.get()) == 0 ||
                         PKCS12_verify_mac(file.get(), nullptr, 0) == 1 ||
                         PKCS12_verify_mac(file.get(), "", 0) == 1;
    ERR_clear_error();
    if ((!is_open || options.password) && !question.ask()) {
        throw unusable_option{text.name() + std::string(question.why())};
    }
    EVP_PKEY* key = nullptr;
    X509* leaf = nullptr;
    STACK_OF(X509)* others = nullptr;
    if (PKCS12_parse(file.get(), question.answer().c_str(), &key, &leaf, &others) != 1) {
        const std::string words = openssl_words();
        const bool is_old = words.find("unsupported") != std::string::npos;
        throw unusable_option{
            text.name() + ": " + words +
            (is_old ? "; an old cipher has encrypted it, which needs OpenSSL's legacy provider; "
                      "\"openssl pkcs12 -export\" makes it anew"
                    : "")};
    }
    client_certificate read{certificate_ptr(leaf), key_ptr(key)};
    if (others != nullptr) read.chain.reset(others);
    require_option(read.leaf != nullptr && read.key != nullptr,
                   text.name() + " has no certificate with its private key");
    return read;
}

UPLINK_DECL std::string use_client_certificate(SSL_CTX* context, const tls_options& options) {
    const bool has_certificate = !options.certificate_file.empty() || !options.certificate_pem.empty();
    const bool has_key = !options.private_key_file.empty() || !options.private_key_pem.empty();
    const bool has_pkcs12 = !options.pkcs12_file.empty();
    if (!has_certificate && !has_key && !has_pkcs12) return {};
    require_option(!has_pkcs12 || (!has_certificate && !has_key),
                   "pkcs12_file is set beside another certificate or private key");
    require_option(options.certificate_file.empty() || options.certificate_pem.empty(),
                   "certificate_file and certificate_pem are both set");
    require_option(options.private_key_file.empty() || options.private_key_pem.empty(),
                   "private_key_file and private_key_pem are both set");
    require_option(has_pkcs12 || has_certificate, "a private key is set without a certificate");

    const auto text_of = [](std::string_view file_option, const std::string& path,
                            std::string_view pem_option, const std::string& pem) {
        return pem.empty() ? option_text::of_file(file_option, path)
                           : option_text(std::string(pem_option), pem);
    };
    std::string name;
    const client_certificate own = [&] {
        if (has_pkcs12) {
            const option_text text = option_text::of_file("pkcs12_file", options.pkcs12_file);
            name = text.name();
            return read_pkcs12(text, options);
        }
        const option_text certificate =
            text_of("certificate_file", options.certificate_file, "certificate_pem", options.certificate_pem);
        name = certificate.name();
        if (!has_key) return read_pem_certificate(certificate, nullptr, options);
        const option_text key =
            text_of("private_key_file", options.private_key_file, "private_key_pem", options.private_key_pem);
        name += " and " + key.name();
        return read_pem_certificate(certificate, &key, options);
    }();
    ERR_clear_error();
    if (SSL_CTX_use_cert_and_key(context, own.leaf.get(), own.key.get(), own.chain.get(), 1) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        throw unusable_option{name + ": " + openssl_words()};
    }
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(own.leaf.get(), &bytes);
    if (size < 0) throw std::bad_alloc();
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
}

}  // namespace uplink::detail
