// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The handle: how it is made, what it says about hosts, and what a reload changes.
#include <uplink/tls_context.hpp>

#include "support/catch.hpp"
#include "tls/certificates.hpp"
#include "tls/identity_row.hpp"
#include "tls/refused_options.hpp"
#include "tls/temporary_file.hpp"
#include "tls/tls_meeting.hpp"

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

static_assert(std::is_convertible_v<tls_options, tls_context>);
static_assert(std::is_default_constructible_v<tls_context> && std::is_copy_assignable_v<tls_context>);

error_code status_of(const tls_context& context) { return context.status(); }

/// In this order, so that members can be named where options are made.
const tls_options every_option{
    .ca_file = "",
    .ca_directory = "",
    .ca_pem = "",
    .certificate_file = "",
    .certificate_pem = "",
    .private_key_file = "",
    .private_key_pem = "",
    .password = {},
    .pkcs12_file = "",
    .alpn = {"h2"},
    .require_alpn = true,
    .server_name = "",
    .min_version = tls_version::v1_2,
    .max_version = tls_version::v1_3,
    .ciphers = "",
    .cipher_suites = "",
    .groups = "",
    .signature_algorithms = "",
    .pins = {},
    .crl_file = "",
    .verify = {},
    .key_log = {},
    .session_cache = 1,
    .tolerate_missing_close_notify = true,
    .insecure_no_verification = true,
};

}  // namespace

TEST_CASE("TLS context: it is made from options, where it is wanted") {
    CHECK(status_of({{.ca_file = "/nowhere"}}) == errc::tls_configuration);
    CHECK(status_of(trusting_somebody()) == error_code());
    CHECK(status_of(every_option) == error_code());
    const tls_options defaults;
    CHECK(defaults.session_cache == 128);
    CHECK_FALSE(defaults.insecure_no_verification);
    CHECK_FALSE(defaults.tolerate_missing_close_notify);
    CHECK_FALSE(defaults.require_alpn);
}

TEST_CASE("TLS context: copies are the same context, and one that was moved from is too") {
    tls_context first(trusting_somebody());
    const tls_context second = first;
    CHECK(first.shared() == second.shared());
    const tls_context third = std::move(first);
    CHECK(first.shared() == third.shared());
    tls_context fourth;
    fourth = third;
    CHECK(fourth.shared() == first.shared());
}

TEST_CASE("TLS context: a host that no certificate can prove is invalid, whatever server_name says") {
    for (const std::string_view server_name : {"", "server.test"}) {
        tls_options options = trusting_somebody();
        options.server_name = server_name;
        const tls_context context(options);
        std::string reason;
        for (const std::string_view host :
             {"", "server.test", "server.test.", "192.0.2.1", "[::1]", "fe80::1%eth0"}) {
            CHECK(context.check(host, reason) == error_code());
            CHECK(reason.empty());
        }
        CHECK(context.check(".server.test", reason) == net::error::invalid_argument);
        CHECK(reason == "host begins with a dot");
        CHECK(context.check("server..test", reason) == net::error::invalid_argument);
        CHECK(reason == "host has an empty label");
        CHECK(context.check("b\xc3\xbc"
                            "cher.test",
                            reason) == net::error::invalid_argument);
        CHECK(reason == "host is not ASCII; TLS needs the A-labels (xn--...)");
    }
}

TEST_CASE("TLS context: options that can't be used come before the host") {
    const tls_context context({.ca_file = "/nowhere"});
    std::string reason;
    CHECK(context.check("..", reason) == errc::tls_configuration);
    CHECK(reason == "ca_file \"/nowhere\": No such file or directory");
    error_code ec;
    tls_meeting meeting(context, server_context(a_leaf().signed_by_itself()).get());
    CHECK(meeting.connect().ec == errc::tls_configuration);  // even if nobody has checked
}

TEST_CASE("TLS context: a reload that fails changes nothing, and says why if it throws") {
    const temporary_file file("hello");
    tls_context context({.ca_file = file.path()});
    CHECK(context.status() == errc::tls_configuration);
    file.write(trusted_root().pem());
    CHECK(context.status() == errc::tls_configuration);
    error_code ec = net::error::eof;
    context.reload(ec);
    CHECK(ec == error_code());
    CHECK(context.status() == error_code());
    file.write("hello");
    context.reload(ec);
    CHECK(ec == errc::tls_configuration);
    CHECK(context.status() == error_code());
    CHECK(reason_of(context).empty());
    try {
        context.reload();
        FAIL("it has not thrown");
    } catch (const system_error& thrown) {
        CHECK(thrown.code() == errc::tls_configuration);
        CHECK(std::string_view(thrown.what()).find(file.path()) != std::string_view::npos);
    }
    file.write(trusted_root().pem());
    context.reload();
    CHECK(context.status() == error_code());
}

TEST_CASE("TLS context: a connection keeps the configuration that it was begun with") {
    const certificate other = an_authority("Other").signed_by_itself();
    const temporary_file file(trusted_root().pem());
    tls_context context({.ca_file = file.path()});
    const context_ptr server = server_context(a_leaf().for_host("server.test").signed_by(trusted_root()));
    tls_meeting before(context, server.get());
    file.write(other.pem());
    context.reload();
    tls_meeting after(context, server.get());
    CHECK(before.connect() == accepted);
    CHECK(after.connect().ec == errc::certificate_rejected);
}

}  // namespace uplink::tests
