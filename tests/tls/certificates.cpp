// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include <cstddef>

namespace uplink::tests {

namespace {

using pkcs12_ptr = std::unique_ptr<PKCS12, freed_by<PKCS12_free>>;
using provider_ptr = std::unique_ptr<OSSL_PROVIDER, freed_by<OSSL_PROVIDER_unload>>;
using library_ptr = std::unique_ptr<OSSL_LIB_CTX, freed_by<OSSL_LIB_CTX_free>>;
struct free_pointers {
    void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};
using stack_ptr = std::unique_ptr<STACK_OF(X509), free_pointers>;

void append_pem(std::string& text, X509* one) {
    const bio_ptr bio = memory_bio();
    require(PEM_write_bio_X509(bio.get(), one) == 1, "a certificate is written");
    text += text_of(bio);
}

/// Those of a certificate, without a reference of their own.
stack_ptr stack_of(const std::vector<std::shared_ptr<X509>>& certificates) {
    stack_ptr stack(sk_X509_new_null());
    for (const auto& each : certificates) sk_X509_push(stack.get(), each.get());
    return stack;
}

}  // namespace

certificate certificate::without_intermediates() const {
    certificate alone = *this;
    alone.intermediates_.clear();
    return alone;
}

certificate certificate::followed_by(const certificate& next) const {
    certificate more = *this;
    more.intermediates_.push_back(next.x509_);
    return more;
}

std::string certificate::pem() const {
    std::string text;
    append_pem(text, x509());
    return text;
}

std::string certificate::chain_pem() const {
    std::string text = pem();
    for (const auto& each : intermediates_) append_pem(text, each.get());
    return text;
}

std::string certificate::key_pem(std::string_view password) const {
    const bio_ptr bio = memory_bio();
    const EVP_CIPHER* const cipher = password.empty() ? nullptr : EVP_aes_256_cbc();
    const std::string bytes(password);
    require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key(), cipher, bytes.data(),
                                          static_cast<int>(bytes.size()), nullptr, nullptr) == 1,
            "a key is written");
    return text_of(bio);
}

std::string certificate::pkcs12(const std::string& password, bool with_old_ciphers) const {
    const library_ptr library(OSSL_LIB_CTX_new());
    const provider_ptr usual(OSSL_PROVIDER_load(library.get(), "default"));
    const provider_ptr old(with_old_ciphers ? OSSL_PROVIDER_load(library.get(), "legacy") : nullptr);
    if (with_old_ciphers && !old) {
        ERR_clear_error();
        return {};
    }
    const int cipher = with_old_ciphers ? NID_pbe_WithSHA1And40BitRC2_CBC : 0;  // 0: OpenSSL's default
    const stack_ptr others = stack_of(intermediates_);
    const pkcs12_ptr made(PKCS12_create_ex(password.c_str(), "test", key(), x509(), others.get(), cipher,
                                           cipher, 0, 0, 0, library.get(), nullptr));
    const bio_ptr bio = memory_bio();
    require(made && i2d_PKCS12_bio(bio.get(), made.get()) == 1, "PKCS#12 is written");
    return text_of(bio);
}

std::string certificate::pin() const {
    unsigned char* info = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509()), &info);
    require(size > 0, "a public key is written");
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_size = 0;
    EVP_Digest(info, static_cast<std::size_t>(size), digest, &digest_size, EVP_sha256(), nullptr);
    OPENSSL_free(info);
    std::string text(48, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), digest, static_cast<int>(digest_size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::string certificate::subject() const {
    const bio_ptr bio = memory_bio();
    X509_NAME_print_ex(bio.get(), X509_get_subject_name(x509()), 0, XN_FLAG_RFC2253);
    return text_of(bio);
}

context_ptr server_context(const certificate& shown) {
    context_ptr made(SSL_CTX_new(TLS_server_method()));
    require(made != nullptr, "a context is made");
    SSL_CTX_set_security_level(made.get(), 0);
    require(SSL_CTX_use_certificate(made.get(), shown.x509()) == 1, "a certificate is used");
    require(SSL_CTX_use_PrivateKey(made.get(), shown.key()) == 1, "a key is used");
    for (const auto& each : shown.intermediates()) {
        require(SSL_CTX_add1_chain_cert(made.get(), each.get()) == 1, "an intermediate is used");
    }
    static constexpr unsigned char sessions_of[] = "uplink tests";
    SSL_CTX_set_session_id_context(made.get(), sessions_of, sizeof sessions_of - 1);
    return made;
}

}  // namespace uplink::tests
