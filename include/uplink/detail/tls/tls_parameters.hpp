// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Versions, ciphers, groups, signature algorithms and ALPN of the options, given to a SSL_CTX. OpenSSL skips
// a name that it does not know as long as others remain, and takes a lowest version above the highest; here
// what it has made of the options is compared with them.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// What every connection does, whatever the options and the system's settings say.
void set_fixed_parameters(SSL_CTX* context);

int version_number(std::string_view option, tls_version version);

/// 0 in OpenSSL's numbers means no bound.
void set_versions(SSL_CTX* context, const tls_options& options);

/// The elements of a list, empty ones too.
std::vector<std::string> split(std::string_view list, std::string_view separators);

/// Of a list with colons. Throws unusable_option if an element is empty.
std::vector<std::string> elements(std::string_view option, const std::string& list);

/// Of TLS 1.2. Each element that adds ciphers has to add some; those that take away need not find any.
void set_ciphers(SSL_CTX* context, const std::string& list);

/// Of TLS 1.3. Each one has to be among those that OpenSSL then has.
void set_cipher_suites(SSL_CTX* context, const std::string& list);

void set_groups(SSL_CTX* context, const std::string& list);

void set_signature_algorithms(SSL_CTX* context, const std::string& list);

/// The list as it stands in the handshake (RFC 7301, section 3.1): each name behind its length.
std::string alpn_wire_form(const std::vector<std::string>& protocols);

void set_alpn(SSL_CTX* context, const tls_options& options);

/// Throws unusable_option.
void set_parameters(SSL_CTX* context, const tls_options& options);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/tls_parameters.ipp>
#endif
