// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A server whose sessions can be resumed, and the question whether a connection to it is.
#pragma once

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <cstddef>

namespace uplink::tests {

inline certificate_builder resumable_leaf() {
    return a_leaf().for_host("server.test").for_host("other.test");
}
inline const certificate& shown_again() {
    static const certificate made = resumable_leaf().signed_by(trusted_root());
    return made;
}

/// A server of one version that gives so many tickets for each connection.
inline context_ptr resuming_server(int version, std::size_t tickets = 1,
                                   const certificate& shown = shown_again()) {
    context_ptr server = server_context(shown);
    SSL_CTX_set_min_proto_version(server.get(), version);
    SSL_CTX_set_max_proto_version(server.get(), version);
    SSL_CTX_set_num_tickets(server.get(), tickets);
    return server;
}

inline const detail::handshake_target usual_target{"server.test", "443", ""};

/// A whole connection, with the tickets that follow the handshake. True: it was resumed.
inline bool resumes(const tls_context& context, const context_ptr& server,
                    const detail::handshake_target& target = usual_target) {
    tls_meeting meeting(context, server.get(), target);
    CHECK(meeting.connect() == accepted);
    meeting.exchange();
    CHECK(meeting.report().resumed == (SSL_session_reused(meeting.server.native_handle()) == 1));
    return meeting.report().resumed;
}

}  // namespace uplink::tests
