// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client and a server whose handshake is done, and a forger that sends in the server's place.
#pragma once

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/record_forger.hpp"
#include "tls/tls_meeting.hpp"

#include <initializer_list>
#include <string>

namespace uplink::tests {

/// Its signatures are all of one size, and so are the flights of handshakes with it.
inline const certificate& our_certificate() {
    static const certificate shown =
        a_leaf().for_host("server.test").with_key(key_kind::ed25519).signed_by(trusted_root());
    return shown;
}
inline const tls_context& our_context() {
    static const tls_context context = trusting(trusted_root());
    return context;
}

class forged_meeting {
public:
    explicit forged_meeting(int version)
        : forger(our_certificate(), version), meeting(our_context(), forger.context()) {
        REQUIRE(meeting.connect() == accepted);
        forger.take_over(meeting.server.native_handle());
    }
    /// Records come, and are read. They are forged in the order in which they stand in the braces.
    tls_pair::reading receive(std::initializer_list<std::string> records) {
        std::string all;
        for (const std::string& each : records) all += each;
        return meeting.receive(all);
    }
    /// The alert in the client's report; empty: none.
    std::string alert() { return meeting.report().alert; }
    const error_code& failure() const noexcept { return meeting.client.failure(); }

    record_forger forger;
    tls_meeting meeting;
};

}  // namespace uplink::tests
