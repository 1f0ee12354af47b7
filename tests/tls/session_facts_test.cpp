// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// For how long a session may be resumed, and with which certificates.
#include <uplink/detail/tls/session_facts.hpp>
#include <uplink/detail/tls/tls_shared.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/resumption.hpp"
#include "tls/revocation_list.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <optional>
#include <vector>

namespace uplink::tests {

TEST_CASE("TLS resumption: a session is kept for as long as the server says, at most seven days") {
    using std::chrono::hours;
    using std::chrono::seconds;
    static long lifetime;
    const auto limit = [](SSL* ssl, void*) {
        SSL_SESSION_set_timeout(SSL_get_session(ssl), lifetime);
        return 1;
    };
    const auto kept_for = [&](int version, std::optional<long> said) {
        INFO("version " << version << ", " << said.value_or(-1) << " s");
        const context_ptr server = our_server(version);
        if (said) SSL_CTX_set_session_ticket_cb(server.get(), limit, nullptr, nullptr);
        else SSL_CTX_set_options(server.get(), SSL_OP_NO_TICKET);  // the server keeps the session itself
        lifetime = said.value_or(0);
        const tls_context context(trusting(trusted_root()));
        tls_meeting meeting(context, server.get());
        CHECK(meeting.connect() == accepted);
        meeting.exchange();
        const detail::session_ptr session(SSL_get1_session(meeting.client.native_handle()));
        const seconds kept = detail::lifetime_of(session.get());
        CHECK(meet(context, server) == (kept != seconds(0) ? ending::resumed : ending::whole));
        return kept;
    };
    CHECK(kept_for(TLS1_3_VERSION, 100) == seconds(100));
    CHECK(kept_for(TLS1_3_VERSION, 0) == seconds(0));
    CHECK(kept_for(TLS1_2_VERSION, 100) == seconds(100));
    CHECK(kept_for(TLS1_2_VERSION, 30 * 24 * 3600) == hours(7 * 24));
    CHECK(kept_for(TLS1_2_VERSION, {}) == hours(2));
}

TEST_CASE(
    "TLS resumption: a session is taken up only while every certificate of its chain and every list is good") {
    const context_ptr server = our_server(TLS1_3_VERSION);
    const tls_context context(trusting(trusted_root()));
    tls_meeting meeting(context, server.get());
    CHECK(meeting.connect() == accepted);
    meeting.exchange();
    const detail::session_ptr session(SSL_get1_session(meeting.client.native_handle()));
    const auto chain = [](const std::vector<certificate>& certificates) {
        detail::certificate_chain made;
        for (const certificate& each : certificates) made.push_back(detail::share(each.x509()));
        return made;
    };
    using namespace std::chrono_literals;
    const certificate good = our_leaf();
    const certificate brief = a_leaf().valid(-1h, 1min).signed_by(trusted_root());
    const certificate expired = an_authority("Old").that_has_expired().signed_by_itself();
    CHECK(detail::is_usable(session.get(), chain({good, trusted_root()}), nullptr));
    CHECK(detail::is_usable(session.get(), chain({brief, trusted_root()}), nullptr));
    CHECK_FALSE(detail::is_usable(session.get(), chain({good, expired}), nullptr));
    CHECK_FALSE(detail::is_usable(session.get(), chain({expired, trusted_root()}), nullptr));
    const auto with_list = [&](std::chrono::seconds until) {
        const temporary_file list(a_revocation_list().valid(-2h, until).signed_by(trusted_root()));
        tls_options options = trusting(trusted_root());
        options.crl_file = list.path();
        const auto configuration = tls_context(options).shared()->configuration();
        REQUIRE(configuration->revocation_lists() != nullptr);
        return detail::is_usable(session.get(), chain({good}), configuration->revocation_lists());
    };
    CHECK(with_list(1min));
    CHECK_FALSE(with_list(-1min));
    const detail::session_ptr empty(SSL_SESSION_new());
    CHECK_FALSE(detail::is_usable(empty.get(), chain({good}), nullptr));
}

}  // namespace uplink::tests
