// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Lists of revoked certificates (CRLs, RFC 5280, section 5) that tests make in memory:
//   const std::string list = a_revocation_list().with(leaf).signed_by(root);
#pragma once

#include "tls/certificates.hpp"

#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace uplink::tests {

/// A CRL, valid from an hour ago until a day from now unless said otherwise.
class revocation_list_builder {
public:
    /// Revoked since an hour.
    revocation_list_builder& with(const certificate& revoked);
    revocation_list_builder& valid(std::chrono::seconds from, std::chrono::seconds until);
    /// As PEM.
    std::string signed_by(const certificate& issuer) const;

private:
    std::vector<std::shared_ptr<X509>> revoked_{};
    std::chrono::seconds from_ = std::chrono::hours(-1);
    std::chrono::seconds until_ = std::chrono::hours(24);
};
inline revocation_list_builder a_revocation_list() { return {}; }

}  // namespace uplink::tests
