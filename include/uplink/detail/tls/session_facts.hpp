// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Questions about a session of OpenSSL: what it has agreed on, whose certificate it has, whether it can be
// resumed.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/machine/server_name.hpp>
#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>

#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The application protocol that the server has chosen; empty if none.
std::string_view alpn_of(const SSL* ssl) noexcept;

inline bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// The certificate is good for this name: what OpenSSL has verified in a whole handshake, asked again for a
/// resumed one.
bool has_name(X509* certificate, const server_name& name);

/// Compared with the time now, in seconds.
bool lies_ahead(const ASN1_TIME* time);

/// OpenSSL can resume it. No certificate of its chain has expired since it was made, and none of the lists of
/// revoked certificates, which may be null: a whole handshake then finds out whether the server is still
/// good.
bool is_usable(const SSL_SESSION* session, const certificate_chain& chain, const STACK_OF(X509_CRL) * lists);

/// A server proves again that it has its key at the latest so long after it did so in a whole handshake (RFC
/// 8446, section 4.6.1).
inline constexpr std::chrono::hours longest_resumption{7 * 24};

/// For how long it may be kept: what the server has said, and at most seven days (RFC 8446, section 4.6.1).
/// In TLS 1.2 the server may have said nothing (RFC 5077, section 3.3); then it is OpenSSL's own limit.
std::chrono::seconds lifetime_of(const SSL_SESSION* session) noexcept;

/// The server's first message has been taken, so that something is agreed on.
bool has_agreed(const SSL* ssl) noexcept;

/// Writes what has been agreed on; nothing if nothing has.
void describe_session(SSL* ssl, tls_report& report);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/session_facts.ipp>
#endif
