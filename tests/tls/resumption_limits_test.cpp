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

#include <string>
#include <vector>

namespace uplink::tests {

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
        using enum ending;
        CHECK(meet_often(3, context, server) == std::vector{whole, resumed, resumed});
        const std::vector chain{leaf.pem(), middle.pem(), trusted_root().pem()};
        CHECK(seen == std::vector{chain, chain, chain});
    }
}

TEST_CASE("TLS resumption: without verification nothing is resumed, and the hook sees the leaf each time") {
    for (const int version : every_version) {
        INFO("version " << version);
        const certificate stranger = a_leaf().for_host("server.test").signed_by_itself();
        std::vector<std::vector<std::string>> seen;
        tls_options options;
        options.insecure_no_verification = true;
        options.verify = [&](const std::vector<std::string>& chain) {
            seen.push_back(chain);
            return true;
        };
        const tls_context context = options;
        const context_ptr server = our_server(version, stranger);
        CHECK(meet_often(2, context, server) == std::vector{ending::whole, ending::whole});
        const std::vector leaf{stranger.pem()};
        CHECK(seen == std::vector{leaf, leaf});
        CHECK(meet(trusting(trusted_root()), server) == ending::rejected);
    }
}

TEST_CASE(
    "TLS resumption: a ticket of TLS 1.3 is used once, a session of 1.2 by connections at the same time") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        SSL_CTX_set_num_tickets(server.get(), 1);
        REQUIRE(meet(context, server) == ending::whole);
        tls_meeting first(context, server.get());
        tls_meeting second(context, server.get());
        first.begin();
        second.begin();  // while the first is under way
        CHECK(ending_of(first, first.finish()) == ending::resumed);
        CHECK(ending_of(second, second.finish()) ==
              (version == TLS1_2_VERSION ? ending::resumed : ending::whole));
    }
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

TEST_CASE("TLS resumption: a server that fails over a session loses all sessions of that peer") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context = trusting(trusted_root());
        const context_ptr server = our_server(version);
        const detail::handshake_target other_target{"other.test", "443", ""};
        using enum ending;
        CHECK(meet(context, server) == whole);
        CHECK(meet(context, server, other_target) == whole);
        const context_ptr failing = our_server(version);
        SSL_CTX_set1_groups_list(failing.get(), "P-521");
        SSL_CTX_set_cipher_list(failing.get(), "AES128-SHA");
        SSL_CTX_set_ciphersuites(failing.get(), "");
        CHECK(meet(context, failing) == refused);
        CHECK(meet_often(2, context, server) == std::vector{whole, resumed});
        CHECK(meet(context, server, other_target) == resumed);
    }
}

TEST_CASE("TLS resumption: an end without close_notify leaves the session, a fatal alert takes it away") {
    for (const int version : every_version) {
        for (const bool is_resumed : {false, true}) {
            INFO("version " << version << ", after a " << (is_resumed ? "resumed" : "whole") << " handshake");
            const context_ptr server = our_server(version);
            const tls_context context = trusting(trusted_root());
            if (is_resumed) CHECK(meet(context, server) == ending::whole);
            {
                tls_meeting cut_off(context, server.get());
                CHECK(cut_off.connect() == accepted);
                cut_off.exchange();
                CHECK(cut_off.report().resumed == is_resumed);
            }
            CHECK(meet(context, server) == ending::resumed);
            {
                tls_meeting spoilt(context, server.get());
                CHECK(spoilt.connect() == accepted);
                spoilt.exchange();
                spoilt.receive(std::string("\x17\x03\x03\x00\x20", 5) +
                               std::string(32, 'x'));  // no such record
                CHECK(spoilt.client.failure() == errc::tls_failed);
            }
            CHECK(meet(context, server) == ending::whole);
        }
    }
}

TEST_CASE("TLS resumption: a fatal alert of the server takes the session away") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = our_server(version);
        const tls_context context = trusting(trusted_root());
        {
            tls_meeting refused(context, server.get());
            CHECK(refused.connect() == accepted);
            refused.exchange();
            refused.client.output().append("\x17\x03\x03\x00\x20",
                                           5);  // a record that the server can't decrypt
            refused.client.output().append(std::string(32, 'x').data(), 32);
            refused.exchange();
            CHECK(refused.client.failure() == errc::tls_alert);
        }
        CHECK(meet(context, server) == ending::whole);
    }
}

}  // namespace uplink::tests
