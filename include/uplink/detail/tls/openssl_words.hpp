// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What OpenSSL says in words: its error queue, and the subject of a certificate.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>

#include <openssl/x509.h>

#include <string>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Empties the error queue of this thread. The first reason is the one that came first, deepest inside.
std::string openssl_words();

/// In the notation of RFC 2253, which shows bytes that can't be printed in hexadecimal. Empty without memory.
std::string subject_of(const X509* certificate);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/openssl_words.ipp>
#endif
