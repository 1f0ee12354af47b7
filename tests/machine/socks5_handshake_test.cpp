// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The conversation with a SOCKS5 proxy, as tables: what is written, and what every byte of a reply means.
#include <uplink/detail/machine/socks5_handshake.hpp>

#include "machine/proxy_conversation.hpp"
#include "support/catch.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using detail::make_proxy_target;
using detail::proxy_action;
using detail::proxy_target;
using detail::socks5_handshake;
using namespace std::string_literals;

const error_code invalid = net::error::invalid_argument;

socks5_proxy proxy_with(std::string user, std::string password) {
    return {.host = "proxy.test", .user = std::move(user), .password = std::move(password)};
}

socks5_handshake without_user() { return {proxy_with("", ""), make_proxy_target("a", 80)}; }
socks5_handshake with_user() { return {proxy_with("user", "secret"), make_proxy_target("a", 80)}; }

/// One byte.
std::string byte(int value) { return std::string(1, static_cast<char>(value)); }

const std::string no_login = "\5\0"s;
const std::string login_wanted = "\5\2"s;
const std::string logged_in = "\1\0"s;
const std::string v4_end = "\0\1\1\2\3\4\0\x50"s;  // of a reply: what follows the code

std::string reply(int code) { return "\5"s + byte(code) + v4_end; }
std::string reply_with_name(std::size_t size) {
    return "\5\0\0\3"s + byte(static_cast<int>(size)) + std::string(size, 'n') + "\0\x50"s;
}

std::vector<std::string> written_to(socks5_handshake machine, const std::string& replies) {
    return proxy_conversation(std::move(machine), replies, {}, reading::limited).written();
}

/// The request for this server, to a proxy without log-in.
std::string request_for(const proxy_target& target) {
    const auto written = written_to({proxy_with("", ""), target}, no_login + reply(0));
    REQUIRE(written.size() == 2);
    CHECK(written[0] == "\5\1\0"s);
    return written[1];
}

TEST_CASE("the request has a name as a name, and an IP literal of either family as an address") {
    struct row {
        std::string host;
        std::uint16_t port;
        std::string expected;  // from the type of the address on
    };
    std::string name;
    while (name.size() < 253) name += "abcdefghijk.";
    name.resize(253);
    const std::vector<row> rows = {
        {"a", 80, "\3\1a\0\x50"s},
        {"example.com", 443,
         "\3\x0b"
         "example.com\1\xbb"s},
        {"EXAMPLE.com.", 65535,
         "\3\x0c"
         "EXAMPLE.com.\xff\xff"s},
        {"b\xc3\xbc"
         "cher.example",
         1,
         "\3\x0f"
         "b\xc3\xbc"
         "cher.example\0\1"s},
        {name, 256, "\3\xfd" + name + "\1\0"s},
        {name + ".", 256, "\3\xfe" + name + ".\1\0"s},
        {"192.0.2.1", 80, "\1\xc0\0\2\1\0\x50"s},
        {"0.0.0.0", 80, "\1\0\0\0\0\0\x50"s},
        {"255.255.255.255", 80, "\1\xff\xff\xff\xff\0\x50"s},
        {"::", 80, "\4"s + std::string(16, '\0') + "\0\x50"s},
        {"2001:db8::ff", 80, "\4\x20\1\x0d\xb8"s + std::string(11, '\0') + "\xff\0\x50"s},
        {"[2001:DB8:0::ff]", 80, "\4\x20\1\x0d\xb8"s + std::string(11, '\0') + "\xff\0\x50"s},
        {"::ffff:192.0.2.1", 80, "\4"s + std::string(10, '\0') + "\xff\xff\xc0\0\2\1\0\x50"s},
    };
    for (const row& row : rows) {
        INFO("host: " << row.host);
        CHECK(request_for(make_proxy_target(row.host, row.port)) == "\5\1\0"s + row.expected);
        error_code ec;
        const auto address = net::ip::make_address(row.host, ec);
        if (!ec) CHECK(request_for(make_proxy_target(address, row.port)) == "\5\1\0"s + row.expected);
    }
}

TEST_CASE("user and password are offered only if there is a user, and sent only if the proxy wants them") {
    const std::string request = "\5\1\0\3\1a\0\x50"s;
    using lines = std::vector<std::string>;
    CHECK(written_to(without_user(), no_login + reply(0)) == lines{"\5\1\0"s, request});
    CHECK(written_to(with_user(), no_login + reply(0)) == lines{"\5\2\0\2"s, request});
    CHECK(written_to(with_user(), login_wanted + logged_in + reply(0)) ==
          lines{"\5\2\0\2"s, "\1\4user\6secret"s, request});
    CHECK(written_to(with_user(), login_wanted + "\1\1"s) == lines{"\5\2\0\2"s, "\1\4user\6secret"s});
    CHECK(written_to(with_user(), "\5\xff"s) == lines{"\5\2\0\2"s});
    const std::string longest(255, 'u');
    for (const auto& [user, password] :
         {std::pair{"u"s, ""s}, std::pair{longest, longest}, std::pair{"\xc3\xbc:"s, "p w"s}}) {
        const auto written = written_to({proxy_with(user, password), make_proxy_target("a", 80)},
                                        login_wanted + logged_in + reply(0));
        REQUIRE(written.size() == 3);
        CHECK(written[1] == "\1"s + byte(static_cast<int>(user.size())) + user +
                                byte(static_cast<int>(password.size())) + password);
    }
}

TEST_CASE("SOCKS: what cannot be sent is invalid_argument before anything is written") {
    const auto check = [](const socks5_proxy& proxy, const proxy_target& target) {
        socks5_handshake machine(proxy, target);
        CHECK(machine.next() == proxy_action::fail);
        CHECK(machine.error() == invalid);
        CHECK_FALSE(machine.reason().empty());
        CHECK(machine.output().empty());
        machine.written();
        machine.end();
        CHECK(machine.feed("\5\0"s) == 0);
        CHECK(machine.next() == proxy_action::fail);
        CHECK(machine.error() == invalid);
        CHECK(machine.status() == 0);
    };
    for (const std::string& host : refused_hosts()) {
        INFO("host: \"" << host << "\"");
        check(proxy_with("", ""), make_proxy_target(host, 80));
    }
    check(proxy_with("", ""), make_proxy_target("a", 0));
    check(proxy_with("", ""), make_proxy_target("192.0.2.1", 0));
    check(proxy_with("", ""), make_proxy_target(net::ip::address_v4::loopback(), 0));
    auto scoped = net::ip::address_v6::loopback();
    scoped.scope_id(1);
    check(proxy_with("", ""), make_proxy_target(scoped, 80));
    const std::vector<std::pair<std::string, std::string>> credentials = {{"", "p"},
                                                                          {std::string(256, 'u'), "p"},
                                                                          {"u", std::string(256, 'p')},
                                                                          {std::string(512, 'u'), ""},
                                                                          {"u\0v"s, "p"},
                                                                          {"u", "p\0q"s},
                                                                          {"u\r\n", "p"},
                                                                          {"u", "\x7f"}};
    for (const auto& [user, password] : credentials) {
        INFO("user \"" << user << "\", password \"" << password << "\"");
        check(proxy_with(user, password), make_proxy_target("a", 80));
    }
}

TEST_CASE("a method that was not offered is nonsense, and none is told apart") {
    for (int method = 0; method != 256; ++method) {
        for (const bool has_user : {false, true}) {
            INFO("method " << method << (has_user ? ", with a user" : ""));
            const auto make = has_user ? with_user : without_user;
            const std::string rest = method == 2 ? logged_in + reply(0) : reply(0);
            if (method == 0 || (method == 2 && has_user))
                check_conversation(make, "\5"s + byte(method) + rest, {}, 0);
            else if (method == 255) check_conversation(make, "\5\xff"s, errc::proxy_no_acceptable_method, 0);
            else check_conversation(make, "\5"s + byte(method), errc::proxy_protocol_error, 0);
        }
    }
}

TEST_CASE("the log-in succeeds with status 0 alone") {
    for (int status = 0; status != 256; ++status) {
        INFO("status " << status);
        const std::string replies = login_wanted + "\1"s + byte(status);
        if (status == 0) check_conversation(with_user, replies + reply(0), {}, 0);
        else check_conversation(with_user, replies, errc::proxy_authentication_failed, 0);
    }
}

TEST_CASE("each reply code is its own error, and the reply is read to its end") {
    constexpr std::array codes{errc::proxy_general_failure,       errc::proxy_not_allowed,
                               errc::proxy_network_unreachable,   errc::proxy_host_unreachable,
                               errc::proxy_connection_refused,    errc::proxy_ttl_expired,
                               errc::proxy_command_not_supported, errc::proxy_address_not_supported};
    for (int code = 0; code != 256; ++code) {
        INFO("code " << code);
        const auto place = static_cast<std::size_t>(code) - 1;
        const error_code expected = code == 0              ? error_code()
                                    : place < codes.size() ? error_code(codes[place])
                                                           : error_code(errc::proxy_general_failure);
        check_conversation(without_user, no_login + reply(code), expected, code);
    }
    const std::string long_end = "\0\3\xff"s + std::string(255, 'n') + "\0\0"s;
    check_conversation(without_user, no_login + "\5\5"s + long_end, errc::proxy_connection_refused, 5);
    const std::string v6_end = "\0\4"s + std::string(18, 'x');
    check_conversation(with_user, login_wanted + logged_in + "\5\4"s + v6_end, errc::proxy_host_unreachable,
                       4);
}

TEST_CASE("a wrong version is nonsense in every reply") {
    for (int version = 0; version != 256; ++version) {
        INFO("version " << version);
        if (version != 5) {
            check_conversation(without_user, byte(version), errc::proxy_protocol_error, 0);
            check_conversation(without_user, no_login + byte(version), errc::proxy_protocol_error, 0);
            check_conversation(with_user, login_wanted + logged_in + byte(version),
                               errc::proxy_protocol_error, 0);
        }
        if (version != 1)
            check_conversation(with_user, login_wanted + byte(version), errc::proxy_protocol_error, 0);
    }
}

TEST_CASE("the reserved byte has to be 0") {
    for (int value = 1; value != 256; ++value) {
        INFO("reserved byte " << value);
        check_conversation(without_user, no_login + "\5\0"s + byte(value), errc::proxy_protocol_error, 0);
        check_conversation(without_user, no_login + "\5\2"s + byte(value), errc::proxy_protocol_error, 2);
    }
}

TEST_CASE("the reply's address is of one of three types, and a name is not empty") {
    for (int type = 0; type != 256; ++type) {
        INFO("type " << type);
        const std::string begin = no_login + "\5\0\0"s + byte(type);
        if (type == 1) check_conversation(without_user, begin + "\1\2\3\4\0\x50"s, {}, 0);
        else if (type == 3) check_conversation(without_user, begin + "\1n\0\x50"s, {}, 0);
        else if (type == 4) check_conversation(without_user, begin + std::string(18, '\5'), {}, 0);
        else check_conversation(without_user, begin, errc::proxy_protocol_error, 0);
    }
    check_conversation(without_user, no_login + "\5\0\0\3\0"s, errc::proxy_protocol_error, 0);
    for (const std::size_t size : {1U, 2U, 3U, 127U, 128U, 253U, 254U, 255U}) {
        INFO("a name of " << size);
        check_conversation(without_user, no_login + reply_with_name(size), {}, 0);
    }
}

TEST_CASE("a conversation of few reads takes few") {
    for (const auto& [replies, reads] :
         {std::pair{no_login + reply(0), 3U}, std::pair{no_login + reply_with_name(1), 2U},
          std::pair{no_login + reply_with_name(255), 3U}}) {
        CHECK(proxy_conversation(without_user(), replies, {}, reading::limited).reads() == reads);
    }
}

TEST_CASE("SOCKS: an end while the proxy is written to is an end of the conversation") {
    socks5_handshake machine = with_user();
    machine.end();
    CHECK(machine.next() == proxy_action::fail);
    CHECK(machine.error() == errc::proxy_protocol_error);
    CHECK(machine.output().empty());
    machine.written();
    CHECK(machine.next() == proxy_action::fail);
}

TEST_CASE("SOCKS: events that do not belong to the step change nothing") {
    socks5_handshake machine = without_user();
    CHECK(machine.feed(no_login) == 0);
    CHECK(machine.next() == proxy_action::write);
    machine.written();
    machine.written();
    CHECK(machine.feed("") == 0);
    CHECK(machine.feed("\5") == 1);
    machine.written();
    CHECK(machine.read_limit() == 1);
    CHECK(machine.feed("\0"s + "\5\0"s) == 1);
    machine.written();
    CHECK(machine.feed(reply(0)) == 10);
    machine.end();
    machine.written();
    CHECK(machine.next() == proxy_action::done);
    CHECK_FALSE(machine.error());
}

}  // namespace

}  // namespace uplink::tests
