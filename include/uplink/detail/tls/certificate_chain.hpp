// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The certificates of a server that were verified, its own first, the root last. A chain is kept beside a
// session, since a resumed connection has none of its own; so several connections, on several threads, may
// share it.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/certificate_text.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using certificate_chain = std::vector<certificate_ptr>;
using shared_chain = std::shared_ptr<const certificate_chain>;

/// Of a handshake that was not resumed. Without verification it is the server's own certificate alone. Empty
/// if there is no certificate.
inline certificate_chain chain_of(SSL* ssl, bool is_verified) {
    certificate_chain chain;
    if (!is_verified) {
        if (X509* const leaf = SSL_get0_peer_certificate(ssl)) chain.push_back(share(leaf));
        return chain;
    }
    const STACK_OF(X509)* const verified = SSL_get0_verified_chain(ssl);
    if (verified == nullptr) return chain;
    for (int i = 0; i < sk_X509_num(verified); ++i) chain.push_back(share(sk_X509_value(verified, i)));
    return chain;
}

inline std::vector<std::string> to_pem(const certificate_chain& chain) {
    std::vector<std::string> texts;
    for (const certificate_ptr& each : chain) texts.push_back(certificate_pem(each.get()));
    return texts;
}

}  // namespace uplink::detail
