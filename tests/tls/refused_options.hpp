// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a context says about options that can't be used.
#pragma once

#include <uplink/tls_context.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"

#include <string>

namespace uplink::tests {

/// Empty if the options can be used.
inline std::string reason_of(const tls_context& context) {
    std::string reason;
    const error_code ec = context.check("", reason);
    CHECK(ec == context.status());
    CHECK(ec == (reason.empty() ? error_code() : error_code(errc::tls_configuration)));
    return reason;
}

/// Options that trust somebody, so that they do not depend on this machine's roots.
inline tls_options trusting_somebody() {
    static const std::string root = an_authority("Somebody").signed_by_itself().pem();
    tls_options options;
    options.ca_pem = root;
    return options;
}

}  // namespace uplink::tests
