// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of certificate_chain.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>
#include <uplink/detail/tls/certificate_text.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL certificate_chain chain_of(SSL* ssl, bool is_verified) {
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

UPLINK_DECL std::vector<std::string> to_pem(const certificate_chain& chain) {
    std::vector<std::string> texts;
    for (const certificate_ptr& each : chain) texts.push_back(certificate_pem(each.get()));
    return texts;
}

}  // namespace uplink::detail
