// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The conversation with an HTTP proxy, as tables: what is written, and what is refused. The replies have a
// file of their own.
#include <uplink/detail/machine/base64.hpp>
#include <uplink/detail/machine/http_tunnel.hpp>

#include "machine/proxy_conversation.hpp"
#include "support/catch.hpp"

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using detail::http_tunnel;
using detail::make_proxy_target;
using detail::proxy_action;
using detail::proxy_target;
using detail::to_base64;
using namespace std::string_literals;

const error_code invalid = net::error::invalid_argument;

http_proxy proxy_with(std::string user, std::string password) {
    return {.host = "proxy.test", .user = std::move(user), .password = std::move(password)};
}

http_tunnel make() { return {proxy_with("", ""), make_proxy_target("a", 80)}; }

std::string request_of(const http_proxy& proxy, const proxy_target& target) {
    return std::string(http_tunnel(proxy, target).output());
}

TEST_CASE("the request asks for a host and a port, with an IPv6 address in brackets") {
    struct row {
        std::string host;
        std::uint16_t port;
        std::string expected;
    };
    std::string name;
    while (name.size() < 253) name += "abcdefghijk.";
    name.resize(253);
    const std::vector<row> rows = {
        {"example.com", 443, "example.com:443"},
        {"Example.COM.", 80, "Example.COM.:80"},
        {"a_b-c.test", 1, "a_b-c.test:1"},
        {name, 65535, name + ":65535"},
        {name + ".", 65535, name + ".:65535"},
        {"192.0.2.1", 80, "192.0.2.1:80"},
        {"2001:DB8:0::1", 80, "[2001:db8::1]:80"},
        {"[::1]", 80, "[::1]:80"},
        {"::ffff:192.0.2.1", 80, "[::ffff:192.0.2.1]:80"},
    };
    for (const row& row : rows) {
        INFO("host: " << row.host);
        CHECK(request_of(proxy_with("", ""), make_proxy_target(row.host, row.port)) ==
              "CONNECT " + row.expected + " HTTP/1.1\r\nHost: " + row.expected + "\r\n\r\n");
    }
    CHECK(request_of(proxy_with("", ""), make_proxy_target(net::ip::address_v6::loopback(), 80)) ==
          "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
}

TEST_CASE("user and password are sent to the proxy, if there are any") {
    const auto target = make_proxy_target("a", 80);
    const std::string begin = "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nProxy-Authorization: Basic ";
    const std::string longest(255, 'u');
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"Aladdin", "open sesame"}, {"user", ""},      {"", "token"}, {"u", "p:q"},
        {"u", "\xc3\xbc"},          {longest, longest}};
    for (const auto& [user, password] : rows) {
        INFO("user \"" << user << "\", password \"" << password << "\"");
        CHECK(request_of(proxy_with(user, password), target) ==
              begin + to_base64(user + ":" + password) + "\r\n\r\n");
    }
    const std::string text = request_of(proxy_with("Aladdin", "open sesame"), target);
    CHECK(text == begin + "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
}

TEST_CASE("HTTP: what cannot be sent is invalid_argument before anything is written") {
    const auto check = [](const http_proxy& proxy, const proxy_target& target) {
        http_tunnel machine(proxy, target);
        CHECK(machine.next() == proxy_action::fail);
        CHECK(machine.error() == invalid);
        CHECK_FALSE(machine.reason().empty());
        CHECK(machine.output().empty());
        machine.written();
        machine.end();
        CHECK(machine.feed("HTTP/1.1 200 OK\r\n\r\n") == 0);
        CHECK(machine.next() == proxy_action::fail);
        CHECK(machine.error() == invalid);
        CHECK(machine.status() == 0);
    };
    for (const std::string& host : refused_hosts()) {
        INFO("host: \"" << host << "\"");
        check(proxy_with("", ""), make_proxy_target(host, 80));
    }
    check(proxy_with("", ""), make_proxy_target("a", 0));
    check(proxy_with("", ""), make_proxy_target("::1", 0));
    auto scoped = net::ip::address_v6::loopback();
    scoped.scope_id(1);
    check(proxy_with("", ""), make_proxy_target(scoped, 80));
    const std::vector<std::pair<std::string, std::string>> credentials = {{std::string(256, 'u'), "p"},
                                                                          {"u", std::string(256, 'p')},
                                                                          {"u:v", "p"},
                                                                          {"u v", "p"},
                                                                          {"u\0v"s, "p"},
                                                                          {"u", "p\0q"s},
                                                                          {"u\r\nX: y", "p"},
                                                                          {"u\n", "p"},
                                                                          {"u\r", "p"},
                                                                          {"u\t", "p"},
                                                                          {"u", "p\r\n"},
                                                                          {"u", "\x7f"},
                                                                          {"\xc3\xbc", ""},
                                                                          {"u\x80", "p"},
                                                                          {"\x7f", ""}};
    for (const auto& [user, password] : credentials) {
        INFO("user \"" << user << "\", password \"" << password << "\"");
        check(proxy_with(user, password), make_proxy_target("a", 80));
    }
}

TEST_CASE("a name of the server has only what a name of a URL has") {
    for (int value = 0; value != 256; ++value) {
        const auto c = static_cast<char>(value);
        const std::string_view marks = "-._~!$&'()*+,;=";
        const bool is_valid =
            value < 0x80 && (std::isalnum(value) != 0 || marks.find(c) != std::string_view::npos);
        INFO("byte " << value);
        const http_tunnel machine(proxy_with("", ""), make_proxy_target("x"s + c + "y", 80));
        CHECK((machine.next() == proxy_action::write) == is_valid);
        CHECK(machine.error() == (is_valid ? error_code() : invalid));
    }
}

TEST_CASE("HTTP: an end while the proxy is written to is an end of the conversation") {
    http_tunnel machine(proxy_with("user", "secret"), make_proxy_target("a", 80));
    machine.end();
    CHECK(machine.next() == proxy_action::fail);
    CHECK(machine.error() == errc::proxy_protocol_error);
    CHECK(machine.output().empty());
    machine.written();
    CHECK(machine.next() == proxy_action::fail);
}

TEST_CASE("HTTP: events that do not belong to the step change nothing") {
    http_tunnel machine = make();
    CHECK(machine.feed("HTTP/1.1 200 OK\r\n\r\n") == 0);
    CHECK(machine.next() == proxy_action::write);
    machine.written();
    machine.written();
    CHECK(machine.feed("") == 0);
    CHECK(machine.feed("HTTP/1.1 200 OK\r\n") == 17);
    machine.written();
    CHECK(machine.read_limit() == 2);
    CHECK(machine.feed("\r\n") == 2);
    machine.end();
    machine.written();
    CHECK(machine.next() == proxy_action::done);
    CHECK_FALSE(machine.error());
}

}  // namespace

}  // namespace uplink::tests
