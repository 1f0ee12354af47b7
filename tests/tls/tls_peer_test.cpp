// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a connection tells its server and checks about it, beside the certificate: the name (SNI), the application
// protocol (ALPN), the key log, and what stands in the report. Certificates are in identity_test.cpp and its like,
// resumption in tls_shared_test.cpp.
#include <uplink/detail/tls/tls_peer.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/tls_meeting.hpp"

#include <openssl/ssl.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

const certificate& shown_to_peer() {
    static const certificate made = a_leaf()
                                        .for_host("server.test")
                                        .for_host("other.test")
                                        .for_address("192.0.2.1")
                                        .for_address("2001:db8::1")
                                        .signed_by(trusted_root());
    return made;
}

/// A server of one version that chooses this application protocol, whatever is offered; empty: none.
class peer_server {
public:
    explicit peer_server(int version, std::string alpn = {})
        : context_(server_context(shown_to_peer())), alpn_(std::move(alpn)) {
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(context_.get(), &choose, &alpn_);
    }
    peer_server(const peer_server&) = delete;
    peer_server& operator=(const peer_server&) = delete;

    SSL_CTX* get() const { return context_.get(); }

private:
    static int choose(SSL*, const unsigned char** out, unsigned char* size, const unsigned char*,
                      unsigned int, void* self) {
        const std::string& alpn = *static_cast<std::string*>(self);
        *out = reinterpret_cast<const unsigned char*>(alpn.data());
        *size = static_cast<unsigned char>(alpn.size());
        return SSL_TLSEXT_ERR_OK;
    }

    context_ptr context_;
    std::string alpn_;
};

/// The name that the server has been told; "-" if none.
std::string told_name(const tls_options& options, const std::string& host) {
    const peer_server server(TLS1_3_VERSION);
    tls_meeting meeting(options, server.get(), {host, "443", ""});
    CHECK(meeting.connect() == accepted);
    const char* const name = SSL_get_servername(meeting.server.native_handle(), TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "-";
}

verdict refused_for(std::string_view why) {
    return {errc::certificate_rejected, std::string(why), 0, "CN=Leaf"};
}

}  // namespace

TEST_CASE("TLS peer: the server is told the name, without the last dot, and never an address") {
    tls_options options = trusting(trusted_root());
    CHECK(told_name(options, "server.test") == "server.test");
    CHECK(told_name(options, "Server.TEST.") == "server.test");
    CHECK(told_name(options, "192.0.2.1") == "-");
    CHECK(told_name(options, "2001:db8::1") == "-");
    CHECK(told_name(options, "[2001:db8::1]") == "-");
    options.server_name = "other.test.";
    CHECK(told_name(options, "server.test") == "other.test");
    CHECK(told_name(options, "192.0.2.7") == "other.test");
    options.server_name = "192.0.2.1";
    CHECK(told_name(options, "server.test") == "-");
    options.server_name.clear();
    options.insecure_no_verification = true;
    CHECK(told_name(options, "nobody.test") == "nobody.test");
    CHECK(told_name(options, "") == "-");
}

TEST_CASE("TLS peer: a handshake without a name to verify does not begin") {
    const peer_server server(TLS1_3_VERSION);
    for (const std::string_view host : {"", ".server.test", "server..test",
                                        "b\xc3\xbc"
                                        "cher.test",
                                        "a b"}) {
        tls_meeting meeting(trusting(trusted_root()), server.get(), {std::string(host), "443", ""});
        CHECK(meeting.connect() == verdict{net::error::invalid_argument});
        CHECK(meeting.client.output().is_empty());
    }
}

TEST_CASE("TLS ALPN: none chosen is an empty text, unless one is required") {
    for (const int version : every_version) {
        INFO("version " << version);
        const peer_server silent(version);
        const peer_server choosing(version, "http/1.1");
        tls_options options = trusting(trusted_root());
        options.alpn = {"h2", "http/1.1"};
        for (const bool is_required : {false, true}) {
            options.require_alpn = is_required;
            tls_meeting chosen(options, choosing.get());
            CHECK(chosen.connect() == accepted);
            CHECK(chosen.report().alpn == "http/1.1");
            tls_meeting none(options, silent.get());
            CHECK(none.connect() == (is_required
                                         ? refused_for("the server has chosen no application protocol (ALPN)")
                                         : accepted));
            CHECK(none.report().alpn.empty());
        }
    }
}

TEST_CASE("TLS ALPN: a protocol that was not offered is refused") {
    for (const int version : every_version) {
        const peer_server server(version, "h3");
        tls_options options = trusting(trusted_root());
        options.alpn = {"h2"};
        CHECK(tls_meeting(options, server.get()).connect() == verdict{errc::tls_failed});
    }
}

TEST_CASE("TLS peer: a server without a certificate is refused") {
    const peer_server server(TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(server.get(), "aNULL:@SECLEVEL=0");
    tls_options options = trusting(trusted_root());
    options.ciphers = "aNULL:@SECLEVEL=0";
    const verdict nobody{errc::certificate_rejected, "the server has sent no certificate", -1, ""};
    CHECK(tls_meeting(options, server.get()).connect() == nobody);
    options.insecure_no_verification = true;
    CHECK(tls_meeting(options, server.get()).connect() == accepted);
    options.verify = [](const auto&) { return true; };
    CHECK(tls_meeting(options, server.get()).connect() == nobody);
    options.verify = {};
    options.pins = {trusted_root().pin()};
    CHECK(tls_meeting(options, server.get()).connect().ec == errc::certificate_rejected);
}

TEST_CASE("TLS key log: each secret is a line, and exceptions are ignored") {
    for (const int version : every_version) {
        const peer_server server(version);
        std::vector<std::string> lines;
        tls_options options = trusting(trusted_root());
        options.key_log = [&](std::string_view line) {
            lines.emplace_back(line);
            throw std::runtime_error("disk full");
        };
        CHECK(tls_meeting(options, server.get()).connect() == accepted);
        REQUIRE(lines.size() == (version == TLS1_3_VERSION ? 5U : 1U));
        CHECK(lines.front().starts_with(version == TLS1_3_VERSION ? "SERVER_HANDSHAKE_TRAFFIC_SECRET "
                                                                  : "CLIENT_RANDOM "));
        for (const std::string& each : lines) CHECK(each.find('\n') == std::string::npos);
    }
}

TEST_CASE("TLS report: it has what was agreed on") {
    for (const int version : every_version) {
        const peer_server server(version, "h2");
        tls_options options = trusting(trusted_root());
        options.alpn = {"h2"};
        options.groups = "P-256";
        tls_meeting meeting(options, server.get());
        CHECK(meeting.connect() == accepted);
        const tls_report report = meeting.report();
        CHECK(report.protocol == (version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"));
        CHECK(report.cipher ==
              (version == TLS1_3_VERSION ? "TLS_AES_256_GCM_SHA384" : "ECDHE-ECDSA-AES256-GCM-SHA384"));
        CHECK(report.group == "secp256r1");
        CHECK(report.alpn == "h2");
        CHECK_FALSE(report.resumed);
        CHECK(report.alert.empty());
        CHECK(report.verify_error.empty());
        CHECK(report.depth == -1);
        CHECK(report.subject.empty());
    }
}

TEST_CASE("TLS report: before the server has answered it has nothing, and afterwards what a refusal left") {
    const peer_server server(TLS1_3_VERSION);
    tls_meeting meeting(trusting(trusted_root()), server.get(), {"nobody.test", "443", ""});
    CHECK(meeting.report().protocol.empty());
    meeting.begin();
    CHECK(meeting.report().protocol.empty());
    CHECK(meeting.report().cipher.empty());
    meeting.connect();
    const tls_report report = meeting.report();
    CHECK(report.protocol == "TLSv1.3");
    CHECK(report.cipher == "TLS_AES_256_GCM_SHA384");
    CHECK(report.verify_error == "hostname mismatch");
    CHECK(report.depth == 0);
    CHECK(report.subject == "CN=Leaf");
}

TEST_CASE("TLS report: the server's alert has its name, or its number") {
    const peer_server server(TLS1_3_VERSION);
    SSL_CTX_set1_groups_list(server.get(), "P-521");
    tls_options options = trusting(trusted_root());
    options.groups = "P-256";
    tls_meeting meeting(options, server.get());
    CHECK(meeting.connect() == verdict{errc::tls_alert});
    CHECK(meeting.report().alert == "handshake_failure");
    CHECK(meeting.report().protocol.empty());
    tls_report report;
    SSL* const ssl = meeting.client.native_handle();
    meeting.peer.describe(ssl, 116, report);
    CHECK(report.alert == "certificate_required");
    meeting.peer.describe(ssl, 7, report);
    CHECK(report.alert == "alert 7");
    meeting.peer.describe(ssl, 0, report);
    CHECK(report.alert == "close_notify");
    meeting.peer.describe(ssl, -1, report);
    CHECK(report.alert == "close_notify");  // what is known is not taken back
}

TEST_CASE("TLS peer: an end without close_notify is tolerated if the options say so") {
    tls_options options = trusting(trusted_root());
    CHECK_FALSE(detail::tls_peer(tls_context(options).shared()).tolerates_missing_close_notify());
    options.tolerate_missing_close_notify = true;
    CHECK(detail::tls_peer(tls_context(options).shared()).tolerates_missing_close_notify());
}

}  // namespace uplink::tests
