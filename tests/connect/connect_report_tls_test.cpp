// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The line about TLS in the text of a report.
#include <uplink/connect_report.hpp>

#include "support/catch.hpp"

#include <string>

namespace uplink::tests {

namespace {

std::string tls_line(const tls_report& tls) {
    connect_report report;
    report.tls = tls;
    const std::string without = to_string(connect_report());
    const std::string text = to_string(report);
    REQUIRE(text.starts_with(without));
    return text.substr(without.size());
}

}  // namespace

TEST_CASE("the report of a connect without TLS has no line about it") { CHECK(tls_line({}).empty()); }

TEST_CASE("the report says what a TLS handshake has agreed on") {
    CHECK(tls_line({.protocol = "TLSv1.2", .cipher = "AES128-SHA"}) == "\n  tls: TLSv1.2 AES128-SHA");
    CHECK(tls_line({.protocol = "TLSv1.3",
                    .cipher = "TLS_AES_128_GCM_SHA256",
                    .group = "x25519",
                    .alpn = "h2",
                    .resumed = true}) ==
          "\n  tls: TLSv1.3 TLS_AES_128_GCM_SHA256, group x25519, alpn h2, resumed");
}

TEST_CASE("the report says why a TLS handshake has failed, beside what it had agreed on") {
    CHECK(tls_line({.alert = "handshake_failure"}) == "\n  tls: alert handshake_failure");
    CHECK(tls_line({.protocol = "TLSv1.3", .cipher = "A", .alert = "certificate_required"}) ==
          "\n  tls: TLSv1.3 A, alert certificate_required");
    CHECK(tls_line({.protocol = "TLSv1.3",
                    .cipher = "A",
                    .verify_error = "certificate has expired",
                    .depth = 1,
                    .subject = "CN=Old"}) == "\n  tls: TLSv1.3 A, certificate has expired (depth 1, CN=Old)");
    CHECK(tls_line({.verify_error = "the server has sent no certificate"}) ==
          "\n  tls: the server has sent no certificate");
}

TEST_CASE("the report shows no control characters that a server has chosen") {
    CHECK(tls_line({.protocol = "TLSv1.3", .cipher = "A", .alpn = "a\nb\x1b"}) ==
          "\n  tls: TLSv1.3 A, alpn a?b?");
    CHECK(tls_line({.verify_error = "refused", .depth = 0, .subject = "CN=a\nb"}) ==
          "\n  tls: refused (depth 0, CN=a?b)");
}

}  // namespace uplink::tests
