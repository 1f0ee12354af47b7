// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the makers of certificates share: owners of OpenSSL's objects, and its errors as exceptions.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

namespace uplink::tests {

template <auto Free> struct freed_by {
    template <class T> void operator()(T* object) const noexcept { Free(object); }
};
using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;
using context_ptr = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;

/// Everything of OpenSSL that is asked for a success goes through this.
inline void require(bool succeeded, const char* what) {
    if (succeeded) return;
    char words[256];
    ERR_error_string_n(ERR_get_error(), words, sizeof words);
    throw std::runtime_error(std::string("not so: ") + what + ": " + words);
}

inline bio_ptr memory_bio() {
    bio_ptr made(BIO_new(BIO_s_mem()));
    require(made != nullptr, "a memory BIO is made");
    return made;
}
inline std::string text_of(const bio_ptr& bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

using time_ptr = std::unique_ptr<ASN1_TIME, freed_by<ASN1_TIME_free>>;
inline time_ptr time_from_now(std::chrono::seconds offset) {
    time_ptr made(X509_gmtime_adj(nullptr, static_cast<long>(offset.count())));
    require(made != nullptr, "a time is made");
    return made;
}

/// Of a signature with this key; Ed25519 has its digest built in.
inline const EVP_MD* digest_of(EVP_PKEY* key, bool is_sha1) {
    if (EVP_PKEY_is_a(key, "ED25519")) return nullptr;
    return is_sha1 ? EVP_sha1() : EVP_sha256();
}

}  // namespace uplink::tests
