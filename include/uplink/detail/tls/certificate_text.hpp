// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a program may ask about an established session: certificates as PEM text (RFC 7468), and keying
// material. Functions only; the certificates and the session belong to the caller.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Empty if OpenSSL cannot write it.
std::string certificate_pem(X509* certificate);

/// The server's own certificate; empty before the handshake, when `ssl` may be null.
std::string peer_certificate_pem(SSL* ssl);

/// RFC 5705 and RFC 8446, section 7.5; empty before the handshake, when `ssl` may be null.
std::string export_keying_material(SSL* ssl, std::string_view label, std::string_view context, std::size_t n);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/certificate_text.ipp>
#endif
