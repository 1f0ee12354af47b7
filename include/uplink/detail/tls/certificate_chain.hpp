// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The certificates of a server that were verified, its own first, the root last. A chain is kept beside a
// session, since a resumed connection has none of its own; so several connections, on several threads, may
// share it.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using certificate_chain = std::vector<certificate_ptr>;
using shared_chain = std::shared_ptr<const certificate_chain>;

/// Of a handshake that was not resumed. Without verification it is the server's own certificate alone. Empty
/// if there is no certificate.
certificate_chain chain_of(SSL* ssl, bool is_verified);

std::vector<std::string> to_pem(const certificate_chain& chain);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/certificate_chain.ipp>
#endif
