// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Resumption: which earlier session a connection takes up again, and which it must not.
#include <uplink/detail/tls/tls_shared.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/resuming_server.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

TEST_CASE("TLS resumption: the next connection takes up the session, and so does the one after it") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version);
        const tls_context context(trusting(trusted_root()));
        CHECK_FALSE(resumes(context, server));
        for (int i = 0; i != 3; ++i) CHECK(resumes(context, server));
        CHECK_FALSE(resumes(tls_context(trusting(trusted_root())), server));  // the cache is the context's
    }
}

TEST_CASE(
    "TLS resumption: a ticket of TLS 1.3 is used once, a session of 1.2 by connections at the same time") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version);
        const tls_context context(trusting(trusted_root()));
        CHECK_FALSE(resumes(context, server));
        tls_meeting first(context, server.get());
        tls_meeting second(context, server.get());
        first.begin();
        second.begin();
        CHECK(first.connect() == accepted);
        CHECK(second.connect() == accepted);
        CHECK(first.report().resumed);
        CHECK(second.report().resumed == (version == TLS1_2_VERSION));
    }
}

TEST_CASE("TLS resumption: a peer differs in host, port, proxy or verified name") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version, 2);
        const tls_context context(trusting(trusted_root()));
        CHECK_FALSE(resumes(context, server));
        CHECK_FALSE(resumes(context, server, {"other.test", "443", ""}));
        CHECK_FALSE(resumes(context, server, {"server.test", "444", ""}));
        CHECK_FALSE(resumes(context, server, {"server.test", "443", "proxy.test:3128"}));
        CHECK(resumes(context, server, {"SERVER.test", "443", ""}));
        CHECK(resumes(context, server, {"server.test", "443", "proxy.test:3128"}));
    }
}

TEST_CASE("TLS resumption: a socket that was handed over neither resumes nor keeps") {
    for (const int version : every_version) {
        const context_ptr server = resuming_server(version);
        const tls_context context(trusting(trusted_root()));
        CHECK_FALSE(resumes(context, server, {"server.test", "", ""}));
        CHECK_FALSE(resumes(context, server, {"server.test", "", ""}));
        CHECK_FALSE(resumes(context, server));
        CHECK_FALSE(resumes(context, server, {"server.test", "", ""}));
    }
}

TEST_CASE("TLS resumption: without room for sessions there is none") {
    for (const int version : every_version) {
        const context_ptr server = resuming_server(version);
        tls_options options = trusting(trusted_root());
        options.session_cache = 0;
        const tls_context context(options);
        CHECK_FALSE(resumes(context, server));
        CHECK_FALSE(resumes(context, server));
    }
}

TEST_CASE("TLS resumption: the session of a server that was refused is not kept") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version);
        bool accepts = false;
        tls_options options = trusting(trusted_root());
        options.verify = [&](const auto&) { return accepts; };
        const tls_context context(options);
        tls_meeting refused(context, server.get());
        CHECK(refused.connect().ec == errc::certificate_rejected);
        refused.exchange();  // the tickets that come all the same
        accepts = true;
        CHECK_FALSE(resumes(context, server));
        CHECK(resumes(context, server));
        accepts = false;
        tls_meeting again(context, server.get());
        CHECK(again.connect().ec == errc::certificate_rejected);
        accepts = true;
        CHECK_FALSE(resumes(context, server));  // a refusal loses what there was
    }
}

TEST_CASE("TLS resumption: hook and pins see the chain that was verified first") {
    for (const int version : every_version) {
        INFO("version " << version);
        const certificate middle = an_authority("Middle").signed_by(trusted_root());
        const certificate leaf = resumable_leaf().signed_by(middle);
        const context_ptr server = resuming_server(version, 1, leaf);
        std::vector<std::vector<std::string>> seen;
        tls_options options = trusting(trusted_root());
        options.pins = {trusted_root().pin()};
        options.verify = [&](const std::vector<std::string>& chain) {
            seen.push_back(chain);
            return true;
        };
        const tls_context context(options);
        CHECK_FALSE(resumes(context, server));
        CHECK(resumes(context, server));
        CHECK(resumes(context, server));
        const std::vector<std::string> chain{leaf.pem(), middle.pem(), trusted_root().pem()};
        CHECK(seen == std::vector{chain, chain, chain});
    }
}

TEST_CASE("TLS resumption: without verification the hook sees the leaf again") {
    for (const int version : every_version) {
        const context_ptr server = resuming_server(version);
        std::size_t seen = 0;
        tls_options options;
        options.insecure_no_verification = true;
        options.verify = [&](const std::vector<std::string>& chain) {
            seen += chain.size();
            return chain.front() == shown_again().pem();
        };
        const tls_context context(options);
        CHECK_FALSE(resumes(context, server));
        CHECK(resumes(context, server));
        CHECK(seen == 2);
    }
}

TEST_CASE("TLS resumption: other roots lose all sessions, the same roots none") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version);
        const temporary_file roots(trusted_root().pem());
        tls_context context({.ca_file = roots.path()});
        CHECK_FALSE(resumes(context, server));
        context.reload();
        CHECK(resumes(context, server));
        roots.write("hello");
        error_code ec;
        context.reload(ec);
        CHECK(resumes(context, server));  // nothing has changed
        roots.write(trusted_root().pem() + an_authority("Other").signed_by_itself().pem());
        context.reload();
        CHECK_FALSE(resumes(context, server));
        roots.write(trusted_root().pem());
        context.reload();
        CHECK_FALSE(resumes(context, server));  // not even by going back to the first ones
        CHECK(resumes(context, server));
    }
}

TEST_CASE("TLS resumption: a connection of before a reload keeps nothing for those after it") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version);
        const temporary_file roots(trusted_root().pem());
        tls_context context({.ca_file = roots.path()});
        tls_meeting before(context, server.get());
        roots.write(trusted_root().pem() + an_authority("Other").signed_by_itself().pem());
        context.reload();
        CHECK(before.connect() == accepted);
        before.exchange();
        CHECK_FALSE(resumes(context, server));
    }
}

TEST_CASE("TLS resumption: another client certificate is another client") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version);
        const certificate first = a_leaf("First").signed_by_itself();
        const certificate second = a_leaf("Second").signed_by_itself();
        const temporary_file own(first.pem() + first.key_pem());
        tls_options options = trusting(trusted_root());
        options.certificate_file = own.path();
        tls_context context(options);
        CHECK_FALSE(resumes(context, server));
        CHECK(resumes(context, server));
        own.write(second.pem() + second.key_pem());
        context.reload();
        CHECK_FALSE(resumes(context, server));
        CHECK(resumes(context, server));
    }
}

TEST_CASE("TLS resumption: a server that does not know the session does a whole handshake") {
    for (const int version : every_version) {
        INFO("version " << version);
        const tls_context context(trusting(trusted_root()));
        CHECK_FALSE(resumes(context, resuming_server(version)));
        const context_ptr restarted = resuming_server(version);  // with other ticket keys
        CHECK_FALSE(resumes(context, restarted));
        CHECK(resumes(context, restarted));
    }
}

TEST_CASE("TLS resumption: a server that fails over a session loses all sessions of that peer") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version, 2);
        const tls_context context(trusting(trusted_root()));
        CHECK_FALSE(resumes(context, server));
        CHECK_FALSE(resumes(context, server, {"other.test", "443", ""}));
        const context_ptr failing = resuming_server(version);
        SSL_CTX_set1_groups_list(failing.get(), "P-521");
        SSL_CTX_set_cipher_list(failing.get(), "AES128-SHA");
        SSL_CTX_set_ciphersuites(failing.get(), "");
        CHECK(tls_meeting(context, failing.get()).connect().ec == errc::tls_alert);
        CHECK_FALSE(resumes(context, server));
        CHECK(resumes(context, server, {"other.test", "443", ""}));
    }
}

TEST_CASE("TLS resumption: an end without close_notify leaves the session, a fatal alert takes it away") {
    for (const int version : every_version) {
        for (const bool is_resumed : {false, true}) {
            INFO("version " << version << ", after a " << (is_resumed ? "resumed" : "whole") << " handshake");
            const context_ptr server = resuming_server(version, 2);
            const tls_context context(trusting(trusted_root()));
            if (is_resumed) CHECK_FALSE(resumes(context, server));
            {
                tls_meeting cut_off(context, server.get());
                CHECK(cut_off.connect() == accepted);
                cut_off.exchange();
                CHECK(cut_off.report().resumed == is_resumed);
            }
            CHECK(resumes(context, server));
            {
                tls_meeting spoilt(context, server.get());
                CHECK(spoilt.connect() == accepted);
                spoilt.exchange();
                spoilt.receive(std::string("\x17\x03\x03\x00\x20", 5) +
                               std::string(32, 'x'));  // no such record
                CHECK(spoilt.client.failure() == errc::tls_failed);
            }
            CHECK_FALSE(resumes(context, server));
        }
    }
}

TEST_CASE("TLS resumption: a fatal alert of the server takes the session away") {
    for (const int version : every_version) {
        INFO("version " << version);
        const context_ptr server = resuming_server(version, 2);
        const tls_context context(trusting(trusted_root()));
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
        CHECK_FALSE(resumes(context, server));
    }
}

}  // namespace uplink::tests
