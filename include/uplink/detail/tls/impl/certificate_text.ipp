// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of certificate_text.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/certificate_text.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL std::string certificate_pem(X509* certificate) {
    const bio_ptr text(BIO_new(BIO_s_mem()));
    if (!text || PEM_write_bio_X509(text.get(), certificate) != 1) return {};
    return text_of(text);
}

UPLINK_DECL std::string peer_certificate_pem(SSL* ssl) {
    if (ssl == nullptr) return {};
    const certificate_ptr certificate(SSL_get1_peer_certificate(ssl));
    return certificate ? certificate_pem(certificate.get()) : std::string();
}

UPLINK_DECL std::string export_keying_material(SSL* ssl, std::string_view label, std::string_view context,
                                               std::size_t n) {
    if (ssl == nullptr || SSL_is_init_finished(ssl) != 1 || n == 0) return {};
    std::string material(n, '\0');
    const bool is_made =
        SSL_export_keying_material(ssl, reinterpret_cast<unsigned char*>(material.data()), n, label.data(),
                                   label.size(), reinterpret_cast<const unsigned char*>(context.data()),
                                   context.size(), 1) == 1;
    return is_made ? material : std::string();
}

}  // namespace uplink::detail
