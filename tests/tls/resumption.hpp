// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Connections from begin to end, one after the other, and which of them resumed an earlier session.
#pragma once

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/tls_meeting.hpp"
#include "tls/verdict_table.hpp"

#include <openssl/ssl.h>

#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

inline const detail::handshake_target our_target{"server.test", "443", ""};

inline certificate our_leaf() {
    return a_leaf().for_host("server.test").for_host("other.test").signed_by(trusted_root());
}

inline context_ptr our_server(int version, const certificate& shown = our_leaf()) {
    context_ptr server = server_context(shown);
    SSL_CTX_set_min_proto_version(server.get(), version);
    SSL_CTX_set_max_proto_version(server.get(), version);
    return server;
}

enum class ending { whole, resumed, rejected, refused };
inline std::ostream& operator<<(std::ostream& out, ending shown) {
    constexpr std::string_view names[] = {"a whole handshake", "resumed", "rejected", "refused by an alert"};
    return out << names[static_cast<int>(shown)];
}

inline ending ending_of(tls_meeting& meeting, const verdict& seen) {
    if (seen.ec == errc::certificate_rejected) return ending::rejected;
    if (seen.ec) return ending::refused;
    const bool is_resumed = SSL_session_reused(meeting.server.native_handle()) == 1;
    CHECK(meeting.report().resumed == is_resumed);
    return is_resumed ? ending::resumed : ending::whole;
}

/// A connection from begin to end; the tickets are read, those too that a refused server sends.
inline ending meet(const tls_context& context, const context_ptr& server,
                   const detail::handshake_target& target = our_target) {
    tls_meeting meeting(context, server.get(), target);
    const verdict seen = meeting.connect();
    meeting.exchange();
    return ending_of(meeting, seen);
}

/// So many connections, one after the other.
inline std::vector<ending> meet_often(int times, const tls_context& context, const context_ptr& server) {
    std::vector<ending> all;
    for (int i = 0; i != times; ++i) all.push_back(meet(context, server));
    return all;
}
/// As a row of a table of verdicts.
inline std::vector<ending> meet_often(verdict_table& table, std::string_view rule, int version, int times,
                                      const tls_context& context, const context_ptr& server) {
    const std::vector<ending> all = meet_often(times, context, server);
    std::ostringstream text;
    for (std::size_t i = 0; i != all.size(); ++i) text << (i == 0 ? "" : ", then ") << all[i];
    table.add(rule, version, text.str());
    return all;
}

}  // namespace uplink::tests
