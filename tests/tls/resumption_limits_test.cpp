// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which sessions are kept at all, for how long and for how many connections: those of servers that were accepted, each
// TLS 1.3 ticket for one connection.

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/resumption.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

TEST_CASE("TLS resumption: a session is offered only while every certificate of its chain is good") {
    const tls_context context = trusting(trusted_root());
    tls_meeting meeting(context, our_server(TLS1_2_VERSION).get());
    REQUIRE(meeting.connect() == accepted);
    const SSL_SESSION* const session = SSL_get0_session(meeting.client.native_handle());
    const auto is_usable = [&](const std::vector<certificate>& chain) {
        detail::certificate_chain shared;
        for (const certificate& each : chain) shared.push_back(detail::share(each.x509()));
        return detail::is_usable(session, shared);
    };
    const certificate good = our_leaf();
    const certificate expired = a_leaf().that_has_expired().signed_by(trusted_root());
    const certificate brief =
        a_leaf().valid(-std::chrono::hours(1), std::chrono::minutes(1)).signed_by(trusted_root());
    CHECK(is_usable({good, trusted_root()}));
    CHECK(is_usable({brief, trusted_root()}));
    CHECK(!is_usable({expired, trusted_root()}));
    CHECK(!is_usable({good, expired}));
}

TEST_CASE("TLS resumption: no session is kept of a server that was not accepted") {
    for (const int version : every_version) {
        INFO("version " << version);
        bool answer = false;
        tls_options options = trusting(trusted_root());
        options.verify = [&](const std::vector<std::string>&) { return answer; };
        const tls_context context = options;
        const context_ptr server = our_server(version);
        using enum ending;
        CHECK(meet(context, server) == rejected);
        answer = true;
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
        // The hook is asked on a resumed connection too; then the session is gone.
        answer = false;
        CHECK(meet(context, server) == rejected);
        answer = true;
        CHECK(meet(context, server) == whole);
    }
}

TEST_CASE("TLS resumption: hook and pins see the chain of the whole handshake") {
    for (const int version : every_version) {
        const certificate middle = an_authority("Middle").signed_by(trusted_root());
        const certificate leaf = a_leaf().for_host("server.test").signed_by(middle);
        std::vector<std::vector<std::string>> seen;
        tls_options options = trusting(trusted_root());
        options.pins = {middle.pin()};
        options.verify = [&](const std::vector<std::string>& chain) {
            seen.push_back(chain);
            return true;
        };
        const tls_context context = options;
        const context_ptr server = our_server(version, leaf);
        CHECK(meet_often(2, context, server) == std::vector{ending::whole, ending::resumed});
        const std::vector chain{leaf.pem(), middle.pem(), trusted_root().pem()};
        CHECK(seen == std::vector{chain, chain});
    }
}

TEST_CASE("TLS resumption: without verification a session is resumed too, and never with verification") {
    for (const int version : every_version) {
        tls_options options;
        options.insecure_no_verification = true;
        const tls_context context = options;
        const context_ptr server = our_server(version, a_leaf().for_host("server.test").signed_by_itself());
        CHECK(meet_often(2, context, server) == std::vector{ending::whole, ending::resumed});
        CHECK(meet(trusting(trusted_root()), server) == ending::rejected);
    }
}

TEST_CASE("TLS resumption: a TLS 1.3 ticket is used once, whoever is first") {
    const tls_context context = trusting(trusted_root());
    const context_ptr server = our_server(TLS1_3_VERSION);
    SSL_CTX_set_num_tickets(server.get(), 1);
    REQUIRE(meet(context, server) == ending::whole);
    tls_meeting first(context, server.get());
    tls_meeting second(context, server.get());
    first.begin();
    second.begin();  // while the first is under way
    const auto finish = [](tls_meeting& meeting) {
        for (int round = 0; round != 3; ++round) {
            tls_pair::move(meeting.client, meeting.server, 0, [&] { meeting.server.handshake(); });
            tls_pair::move(meeting.server, meeting.client, 0, [&] { meeting.go_on(); });
        }
        return ending_of(meeting, meeting.outcome());
    };
    CHECK(finish(first) == ending::resumed);
    CHECK(finish(second) == ending::whole);
}

TEST_CASE("TLS resumption: of many TLS 1.3 tickets the last four are kept") {
    const tls_context context = trusting(trusted_root());
    const context_ptr server = our_server(TLS1_3_VERSION);
    SSL_CTX_set_num_tickets(server.get(), 10);
    REQUIRE(meet(context, server) == ending::whole);
    SSL_CTX_set_num_tickets(server.get(), 0);
    using enum ending;
    CHECK(meet_often(6, context, server) == std::vector{resumed, resumed, resumed, resumed, whole, whole});
}

TEST_CASE("TLS resumption: tickets that are not read are not there, and close_notify is not needed") {
    const tls_context context = trusting(trusted_root());
    const context_ptr server = our_server(TLS1_3_VERSION);
    {
        tls_meeting unread(context, server.get());
        REQUIRE(unread.connect() == accepted);
    }
    CHECK(meet(context, server) == ending::whole);
    {
        tls_meeting cut_off(context, server.get());
        REQUIRE(cut_off.connect() == accepted);
        cut_off.client.input_ended();
        cut_off.exchange();
        CHECK(cut_off.client.failure() == errc::truncated);
    }
    CHECK(meet(context, server) == ending::resumed);
}

TEST_CASE(
    "TLS resumption: a handshake that fails with a session offered takes all sessions of the peer away") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        REQUIRE(meet(context, server) == ending::whole);
        {
            tls_meeting failing(context, server.get());
            failing.begin();
            failing.client.input().append("\x15\3\3\0\2\2\x28", 7);
            failing.go_on();
            CHECK(failing.outcome() == verdict{errc::tls_alert});
        }
        CHECK(meet_often(2, context, server) == std::vector{ending::whole, ending::resumed});
    }
}

}  // namespace uplink::tests
