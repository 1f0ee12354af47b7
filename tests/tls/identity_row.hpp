// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A row of the tables about a server's identity: what it shows, and what a client has to make of it, in each version of
// TLS. All are about one root that the client trusts, unless a row's options say otherwise.
#pragma once

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

inline constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};

struct identity_row {
    std::string_view rule;
    certificate shown;
    verdict expected = accepted;
    std::string host = "server.test";
    int only_in = 0;  ///< this version of TLS; 0: in each
};

inline const certificate& trusted_root() {
    static const certificate root = an_authority("Root").signed_by_itself();
    return root;
}
inline tls_options trusting(const certificate& root) {
    tls_options options;
    options.ca_pem = root.pem();
    return options;
}

enum class refusal_comes { in_handshake, after_it };

/// One context for all: no row may depend on what an earlier one has left there.
inline void check_identities(const tls_context& context, const std::vector<identity_row>& rows,
                             refusal_comes when = refusal_comes::in_handshake) {
    REQUIRE(context.status() == error_code());
    verdict_table table;
    for (const identity_row& row : rows) {
        for (const int version : every_version) {
            if (row.only_in != 0 && row.only_in != version) continue;
            INFO(row.rule << ", host " << row.host << ", version " << version);
            const context_ptr server = server_context(row.shown);
            SSL_CTX_set_min_proto_version(server.get(), version);
            SSL_CTX_set_max_proto_version(server.get(), version);
            tls_meeting meeting(context, server.get(), {row.host, "443", ""});
            CHECK(meeting.connect() == row.expected);
            const bool is_usual = row.host == identity_row().host;
            table.add(std::string(row.rule) + (is_usual ? "" : ", for " + row.host), version, told(meeting));
            // The server hears of a refusal in the handshake, and not of one that comes later.
            CHECK((meeting.server.failure() == errc::tls_alert) ==
                  (row.expected != accepted && when == refusal_comes::in_handshake));
        }
    }
}
inline void check_identities(const std::vector<identity_row>& rows) {
    check_identities(trusting(trusted_root()), rows);
}

}  // namespace uplink::tests
