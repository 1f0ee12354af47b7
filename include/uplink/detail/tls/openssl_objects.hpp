// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Owners of OpenSSL's objects, and the digest of several texts. Each function of OpenSSL that makes an object
// returns null when it has no memory; `made` turns that into std::bad_alloc.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#if !__has_include(<openssl/ssl.h>)
#error "uplink/tls.hpp needs OpenSSL 3.0 or newer: install libssl-dev (Debian, Ubuntu) or openssl (vcpkg)"
#include <uplink needs OpenSSL>  // There is no such file: the compiler stops here and lists no more errors.
#endif

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <new>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <auto Free> struct freed_by {
    template <class T> void operator()(T* object) const noexcept { Free(object); }
};
struct free_certificates {
    void operator()(STACK_OF(X509) * list) const noexcept { sk_X509_pop_free(list, X509_free); }
};
struct free_revocation_lists {
    void operator()(STACK_OF(X509_CRL) * list) const noexcept { sk_X509_CRL_pop_free(list, X509_CRL_free); }
};

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using certificates_ptr = std::unique_ptr<STACK_OF(X509), free_certificates>;
using context_ptr = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using revocation_list_ptr = std::unique_ptr<X509_CRL, freed_by<X509_CRL_free>>;
using revocation_lists_ptr = std::unique_ptr<STACK_OF(X509_CRL), free_revocation_lists>;
using session_ptr = std::unique_ptr<SSL_SESSION, freed_by<SSL_SESSION_free>>;
using store_ptr = std::unique_ptr<X509_STORE, freed_by<X509_STORE_free>>;

template <class Pointer> Pointer made(Pointer pointer) {
    if (!pointer) throw std::bad_alloc();
    return pointer;
}

/// A further reference to the same object.
inline certificate_ptr share(X509* certificate) noexcept {
    X509_up_ref(certificate);
    return certificate_ptr(certificate);
}
inline store_ptr share(X509_STORE* store) noexcept {
    X509_STORE_up_ref(store);
    return store_ptr(store);
}

/// Reads from bytes that have to outlive it.
bio_ptr reading(std::string_view bytes);

/// What has been written into a memory BIO.
std::string text_of(const bio_ptr& memory);

/// SHA-256 of a sequence of texts; where one ends and the next begins counts too.
class texts_digest {
public:
    texts_digest();
    void add(std::string_view text);
    /// Nothing can be added afterwards.
    std::string value();

private:
    std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>> context_ =
        made(std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>(EVP_MD_CTX_new()));
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/openssl_objects.ipp>
#endif
