// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect through a proxy that refuses, or that cannot be asked: a code for each answer, the reason in words,
// what is found before any system call, and that no text has the credentials.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/connect_completion.hpp"
#include "support/local_clients.hpp"
#include "support/scripted_proxy.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

struct refusal_row {
    std::string answer;  // the last one
    errc expected;
    int status;
};

/// The proxy answers so at the end of the conversation; the report.
uplink::connect_report run(const scripted_proxy& proxy, const std::string& answer,
                           connect_completion& connect, std::string host = "server.test") {
    uplink::testing::network net;
    scripted_proxy other = proxy;
    other.turns.back().answer = answer;
    other.describe(net).close();
    simulated_client client(net.get_executor(), proxy.client());
    client.async_connect(std::move(host), "80", 10s, connect.handler(net));
    net.run();
    CHECK(net.open_sockets() == 0);
    CHECK_FALSE(client.is_open());
    CHECK(client.state().empty());
    return client.last_connect();
}

void check(const scripted_proxy& proxy, const refusal_row& row) {
    INFO(proxy.name << ", answer \"" << row.answer << '"');
    connect_completion connect;
    const uplink::connect_report report = run(proxy, row.answer, connect);
    CHECK(connect == not_established(row.expected));
    CHECK(report.error == connect.ec);
    CHECK(report.proxy_status == row.status);
    CHECK(report.attempts.size() == 1);  // a name is asked for once
    CHECK_FALSE(report.attempts.at(0).error);
    const std::string text = to_string(report);
    for (const char* secret : {"the-user", "the-secret", "dGhlLXVzZXI6dGhlLXNlY3JldA"})
        CHECK((text + report.reason + connect.ec.message()).find(secret) == std::string::npos);
}

/// Without a network that would answer: no lookup and no socket.
void check_refused_at_once(const proxy_options& proxy, const std::string& host, const std::string& reason,
                           error_code expected = net::error::invalid_argument) {
    INFO("host \"" << host << "\", " << reason);
    uplink::testing::network net;
    simulated_client client(net.get_executor(), {.proxy = proxy});
    connect_completion connect;
    client.async_connect(host, "80", connect.handler(net));
    net.run();
    CHECK(connect == not_established(expected));
    CHECK(client.last_connect().reason == reason);
    CHECK(client.last_connect().host == host);
    CHECK(net.operations() == 0);
    CHECK(net.lookups().empty());
}

}  // namespace

TEST_CASE("faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report") {
    for (const scripted_proxy& proxy : {socks5_without_user(), socks5_with_user()}) {
        const errc codes[] = {errc::proxy_general_failure,       errc::proxy_not_allowed,
                              errc::proxy_network_unreachable,   errc::proxy_host_unreachable,
                              errc::proxy_connection_refused,    errc::proxy_ttl_expired,
                              errc::proxy_command_not_supported, errc::proxy_address_not_supported};
        for (int code = 1; code != 9; ++code) check(proxy, {socks5_reply(code), codes[code - 1], code});
        for (const int code : {9, 128, 255})
            check(proxy, {socks5_reply(code), errc::proxy_general_failure, code});
        check(proxy, {"\4\0\0\1\1\2\3\4\0\x50"s, errc::proxy_protocol_error, 0});
        check(proxy, {"\5\0\1\1\1\2\3\4\0\x50"s, errc::proxy_protocol_error, 0});
        check(proxy, {"\5\0\0\2\1\2\3\4\0\x50"s, errc::proxy_protocol_error, 0});
        check(proxy, {"\5\0\0\3\0\0\x50\0\0\0"s, errc::proxy_protocol_error, 0});
    }
}

TEST_CASE("faults 100: a SOCKS5 proxy that wants another log-in, or none of those offered, is refused") {
    const auto check_hello = [](scripted_proxy proxy, const std::string& answer, errc expected) {
        proxy.turns.resize(1);
        check(proxy, {answer, expected, 0});
    };
    check_hello(socks5_without_user(), "\5\xff", errc::proxy_no_acceptable_method);
    check_hello(socks5_with_user(), "\5\xff", errc::proxy_no_acceptable_method);
    check_hello(socks5_without_user(), "\5\2", errc::proxy_protocol_error);  // not asked for
    check_hello(socks5_with_user(), "\5\1", errc::proxy_protocol_error);
    check_hello(socks5_with_user(), "\4\2", errc::proxy_protocol_error);
    scripted_proxy login = socks5_with_user();
    login.turns.resize(2);
    check(login, {"\1\1", errc::proxy_authentication_failed, 0});
    check(login, {"\5\1", errc::proxy_protocol_error, 0});
}

TEST_CASE(
    "faults 103: each reply of an HTTP proxy that is no success is an error, and its status in the report") {
    const std::string interim = "HTTP/1.1 102 Processing\r\n\r\n";
    std::string flood;
    for (int i = 0; i != 17; ++i) flood += interim;
    std::string endless = "HTTP/1.1 200 OK\r\n";
    while (endless.size() < 70000) endless += "A: b\r\n";
    for (const scripted_proxy& proxy : {http_without_user(), http_with_user()}) {
        for (const int status : {300, 302, 400, 403, 404, 500, 502, 503, 504, 599})
            check(proxy, {"HTTP/1.1 " + std::to_string(status) + " No\r\nContent-Length: 4\r\n\r\nbody",
                          errc::proxy_http_status, status});
        check(proxy, {"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"the-secret\"\r\n\r\n",
                      errc::proxy_authentication_failed, 407});
        check(proxy, {interim + "HTTP/1.1 407 Who\r\nConnection: close\r\n\r\n",
                      errc::proxy_authentication_failed, 407});
        check(proxy, {flood + http_ok, errc::proxy_protocol_error, 102});
        check(proxy, {"HTTP/1.1 101 Switching\r\n\r\n", errc::proxy_protocol_error, 101});
        check(proxy, {endless, errc::proxy_protocol_error, 200});
        check(proxy, {"<html>the-secret</html>", errc::proxy_protocol_error, 0});
        check(proxy, {"\r\n" + http_ok, errc::proxy_protocol_error, 0});
        check(proxy, {"HTTP/1.1 200 OK\n\n", errc::proxy_protocol_error, 200});
    }
}

TEST_CASE("the reason of a malformed reply says what is wrong with it") {
    connect_completion connect;
    CHECK(run(http_without_user(), "<html>", connect).reason ==
          "the proxy's reply has no status line of HTTP/1");
    connect = {};
    CHECK(run(socks5_without_user(), "\4\0\0\1\1\2\3\4\0\x50"s, connect).reason ==
          "the proxy's reply has a wrong version number");
    connect = {};
    CHECK(run(socks5_without_user(), socks5_reply(5), connect).reason.empty());  // the code says all
}

TEST_CASE("faults 99, 102: a proxy or a log-in that makes no sense is refused before any system call") {
    const auto socks5 = [](auto change) {
        socks5_proxy proxy{.host = "192.0.2.9"};
        change(proxy);
        return proxy_options(proxy);
    };
    const auto http = [](auto change) {
        http_proxy proxy{.host = "192.0.2.9"};
        change(proxy);
        return proxy_options(proxy);
    };
    const std::string long_text(256, 'x');
    for (const auto& make : {std::function<proxy_options(std::function<void(socks5_proxy&)>)>(socks5)}) {
        check_refused_at_once(make([](auto& p) { p.host = ""; }), "server.test", "proxy.host is empty");
        check_refused_at_once(make([](auto& p) { p.host = "a\r\nb"; }), "server.test",
                              "proxy.host has a space or a control character");
        check_refused_at_once(make([](auto& p) { p.host = "a:80"; }), "server.test",
                              "proxy.host is neither the name of a host nor an IP address");
        check_refused_at_once(make([](auto& p) { p.port = 0; }), "server.test",
                              "proxy.port must be from 1 to 65535");
        check_refused_at_once(make([&](auto& p) { p.user = long_text; }), "server.test",
                              "proxy.user is longer than 255 bytes");
        check_refused_at_once(make([&](auto& p) { p.user = "u", p.password = long_text; }), "server.test",
                              "proxy.password is longer than 255 bytes");
        check_refused_at_once(make([](auto& p) { p.password = "p"; }), "server.test",
                              "proxy.password is set without proxy.user");
    }
    for (const std::string& user : {"u v"s, "\xc3\xbc"s})
        check_refused_at_once(http([&](auto& p) { p.user = user; }), "server.test",
                              "proxy.user has a space or a byte that is not ASCII");
    check_refused_at_once(http([](auto& p) { p.user = "u:v"; }), "server.test", "proxy.user has a colon");
    check_refused_at_once(http([](auto& p) { p.user = "u\r\nX: y"; }), "server.test",
                          "proxy.user has a control character");
    check_refused_at_once(http([](auto& p) { p.password = "p\n"; }), "server.test",
                          "proxy.password has a control character");
    check_refused_at_once(http([](auto& p) { p.port = 0; }), "server.test",
                          "proxy.port must be from 1 to 65535");
}

TEST_CASE(
    "faults 99, 102: a host that a proxy cannot be asked for is refused, and never looked up here instead") {
    const std::string longest(253, 'a');
    const std::string too_long = "host is longer than 253 characters";
    const std::string plain = "host has a space or a control character";
    for (const proxy_options& proxy :
         {proxy_options(socks5_proxy{.host = "192.0.2.9"}), proxy_options(http_proxy{.host = "192.0.2.9"})}) {
        check_refused_at_once(proxy, longest + "a", too_long);
        check_refused_at_once(proxy, std::string(70000, 'a'), too_long);
        for (const std::string& host : {"a b"s, "a\r\nHost: b"s, "a\nb"s, "a\rb"s, "a\0b"s, "a\x7f"s})
            check_refused_at_once(proxy, host, plain);
        check_refused_at_once(proxy, "", "host is empty");
        check_refused_at_once(proxy, "fe80::1%1", "host has a scope id, which a proxy cannot use");
    }
    const std::string odd = "host has a character that an HTTP proxy cannot be asked for";
    for (const char* host : {"b\xc3\xbc"
                             "cher.test",
                             "a/b", "a?b", "a@b", "a%20b"})
        check_refused_at_once(http_proxy{.host = "192.0.2.9"}, host, odd);
}

TEST_CASE(
    "faults 99: a name of 253 characters goes to a SOCKS5 proxy whole, with and without the dot behind it") {
    for (const std::string& name : {std::string(253, 'a'), std::string(253, 'a') + '.'}) {
        uplink::testing::network net;
        scripted_proxy proxy = socks5_without_user();
        proxy.turns[1].asked = socks5_request(name, 80);
        proxy.describe(net);
        simulated_client client(net.get_executor(), proxy.client());
        connect_completion connect;
        client.async_connect(name, "80", connect.handler(net));
        net.run();
        CHECK(connect == established());
        CHECK(net.failures().empty());
    }
}

TEST_CASE("a limit that has passed is the code of what would have come first, and nothing begins") {
    const auto code_for = [](const std::string& proxy_host) {
        uplink::testing::network net;
        simulated_client client(net.get_executor(), {.proxy = socks5_proxy{.host = proxy_host}});
        connect_completion connect;
        client.async_connect("server.test", "80", 0s, connect.handler(net));
        net.run();
        CHECK(net.operations() == 0);
        return connect.ec;
    };
    CHECK(code_for("proxy.test") == errc::resolve_timeout);
    CHECK(code_for("192.0.2.9") == errc::connect_timeout);
}

TEST_CASE("a proxy is for TCP alone: with a local stream it is invalid_argument") {
    net::io_context io;
    uplink::async_client<net::local::stream_protocol::socket> client(io, {.proxy = http_proxy{.host = "a"}});
    completion connect;
    client.async_connect(net::local::stream_protocol::endpoint("/nowhere"), record(connect));
    io.run();
    CHECK(connect == completed(net::error::invalid_argument));
    CHECK(client.last_connect().reason == "proxy is for TCP alone");
}

}  // namespace uplink::tests
