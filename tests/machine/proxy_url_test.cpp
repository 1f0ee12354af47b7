// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The URL of a proxy, as tables, by the public functions.
#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/proxy_url.hpp>
#include <uplink/proxy.hpp>

#include "support/catch.hpp"

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::string_literals;

const error_code invalid = net::error::invalid_argument;

/// One line of text for each proxy, so that a failure shows the difference.
std::string show(const proxy_options& options) {
    const auto rest = [](const auto& proxy) {
        return "|" + proxy.host + "|" + std::to_string(proxy.port) + "|" + proxy.user + "|" + proxy.password;
    };
    if (const auto* socks5 = std::get_if<socks5_proxy>(&options))
        return (socks5->remote_dns ? "socks5h" : "socks5") + rest(*socks5);
    if (const auto* http = std::get_if<http_proxy>(&options)) return "http" + rest(*http);
    return "none";
}

std::string parsed(const std::string& url) {
    error_code ec = net::error::eof;
    const std::string text = show(parse_proxy(url, ec));
    CHECK_FALSE(ec);
    CHECK(show(parse_proxy(url)) == text);
    return text;
}

/// The words of the exception, which must have no part of the URL's user and password.
std::string check_refused(const std::string& url) {
    error_code ec;
    const proxy_options proxy = parse_proxy(url, ec);
    INFO("url: \"" << url << "\"");
    CHECK(ec == invalid);
    CHECK(show(proxy) == "none");
    try {
        parse_proxy(url);
    } catch (const system_error& error) {
        CHECK(error.code() == invalid);
        return error.what();
    }
    FAIL("nothing was thrown");
    return {};
}

TEST_CASE("a URL gives the kind of proxy, the host, the port, and how to log in") {
    std::string name;
    while (name.size() < 253) name += "abcdefghijk.";
    name.resize(253);
    const std::string longest(255, 'u');
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"socks5://a", "socks5|a|1080||"},
        {"socks5h://a", "socks5h|a|1080||"},
        {"http://a", "http|a|3128||"},
        {"SOCKS5://a", "socks5|a|1080||"},
        {"Socks5H://A.Example", "socks5h|A.Example|1080||"},
        {"HTTP://a/", "http|a|3128||"},
        {"http://a:1", "http|a|1||"},
        {"http://a:65535/", "http|a|65535||"},
        {"http://a:0080", "http|a|80||"},
        {"socks5://a:1080/", "socks5|a|1080||"},
        {"http://example.com.:80", "http|example.com.|80||"},
        {"http://a_b-c~d", "http|a_b-c~d|3128||"},
        {"http://" + name, "http|" + name + "|3128||"},
        {"http://192.0.2.1:80", "http|192.0.2.1|80||"},
        {"http://[::1]", "http|::1|3128||"},
        {"http://[2001:DB8::1]:80/", "http|2001:DB8::1|80||"},
        {"socks5://u@[::ffff:192.0.2.1]", "socks5|::ffff:192.0.2.1|1080|u|"},
        {"http://[fe80::1%25eth0]:80", "http|fe80::1%eth0|80||"},
        {"http://[fe80::1%252]", "http|fe80::1%2|3128||"},
        {"http://[fe80::1%2525]", "http|fe80::1%25|3128||"},
        {"http://user@a", "http|a|3128|user|"},
        {"http://user:@a", "http|a|3128|user|"},
        {"http://user:password@a:80", "http|a|80|user|password"},
        {"socks5h://user:password@a/", "socks5h|a|1080|user|password"},
        {"http://:token@a", "http|a|3128||token"},
        {"http://@a", "http|a|3128||"},
        {"http://:@a", "http|a|3128||"},
        {"http://u:p:q@a", "http|a|3128|u|p:q"},
        {"http://u:::@a", "http|a|3128|u|::"},
        {"socks5://u%3Av:p@a", "socks5|a|1080|u:v|p"},
        {"http://%75%73er:p%40%2f%2F%3a%25@a", "http|a|3128|user|p@//:%"},
        {"socks5h://u%20v:p%20q@a", "socks5h|a|1080|u v|p q"},
        {"http://u:p%20q@a", "http|a|3128|u|p q"},
        {"socks5://%C3%BC:%c3%bc%ff@a", "socks5|a|1080|\xc3\xbc|\xc3\xbc\xff"},
        {"http://u:%c3%bc%ff@a", "http|a|3128|u|\xc3\xbc\xff"},
        {"http://u-._~!$&'()*+,;=:p-._~!$&'()*+,;=@a", "http|a|3128|u-._~!$&'()*+,;=|p-._~!$&'()*+,;="},
        {"http://" + longest + ":" + longest + "@a", "http|a|3128|" + longest + "|" + longest},
    };
    for (const auto& [url, expected] : rows) {
        INFO("url: " << url);
        CHECK(parsed(url) == expected);
    }
}

TEST_CASE("anything else is invalid_argument and no proxy") {
    // clang-format off
    const std::vector<std::string> urls = {
        "", " ", "a", "a:80", "user:password@a:80", "//a", "://a", "http:", "http:/", "http:/a", "http:a", "http//a",
        "http://", "http:///", "http://:80", "http://user@", "http://user:p@:80", "http:// a", " http://a", "http://a ",
        "http://a\n", "http://a\r\n", "http://a\0"s, "http://a\0.b"s, "\0http://a"s,
        "https://a", "socks://a", "socks4://a", "socks4a://a", "socks5a://a", "socks5hh://a", "socks5h ://a", "ftp://a",
        "xhttp://a", "httpx://a", "http:://a", "http://http://a",
        "http://a//", "http://a/b", "http://a/?", "http://a?", "http://a?b", "http://a#", "http://a/#b", "http://a:80//",
        "http://a\\", "http://a/ ",
        "http://a:", "http://a:/", "http://a:0", "http://a:00", "http://a:65536", "http://a:65616", "http://a:4294967376",
        "http://a:99999999999999999999", "http://a:-1", "http://a:+80", "http://a: 80", "http://a:80 ", "http://a:8x",
        "http://a:http", "http://a:80:80", "http://a::80", "http://a:8%30",
        "http://::1", "http://::1:80", "http://[::1", "http://::1]", "http://[]", "http://[::1]80", "http://[::1]a",
        "http://[::1]:", "http://[::1]:0", "http://[a]", "http://[192.0.2.1]", "http://[[::1]]", "http://[::1]]",
        "http://a[::1]", "http://[::g]", "http://[::1 ]", "http://[::1\0]"s, "http://[::1%]", "http://[::1%25]",
        "http://[fe80::1%eth0]", "http://[fe80::1%2]", "http://[fe80::1%25eth 0]", "http://[fe80::1%25eth%30]",
        "http://[fe80::1%25eth/0]", "http://[v1.fe]", "http://fe80::1%25eth0",
        "http://a b", "http://a%41", "http://%61", "http://b\xc3\xbc" "cher.example", "http://a\x7f", "http://a\tb",
        "http://*", "http://.", "http://256.0.0.1", "http://1.2.3", "http://0x7f.1", "http://010.0.0.1", "http://1",
        "http://a<b", "http://a|b", "http://a^b", "http://a\"b", "http://a`b", "http://a{b}",
        "http://" + std::string(254, 'a'), "http://" + std::string(70000, 'a'),
        "http://u@v@a", "http://u:p@q@a", "http://u/v:p@a", "http://u:p/q@a", "http://u:p?q@a", "http://u:p#q@a",
        "http://u v:p@a", "http://u:p q@a", "http://u:p\\q@a", "http://u:p^q@a", "http://u:p[q]@a", "http://u:p\"q@a",
        "http://\xc3\xbc@a", "http://u:\xc3\xbc@a", "http://u\0v@a"s, "http://u:p\n@a",
        "http://u%@a", "http://u%4@a", "http://u%4g@a", "http://u%g4@a", "http://u%%41@a", "http://u:%@a", "http://u:p%4@a",
        "http://u% 41@a", "http://u%+4@a",
        "http://u%00@a", "http://u:%00@a", "http://u:p%0d%0aX@a", "http://u%0A@a", "http://u%1f@a", "http://u:%7F@a",
        "http://u%09@a", "http://u%20v:p@a", "http://%C3%BC:p@a", "http://u%80@a",
        "http://" + std::string(256, 'u') + "@a", "http://u:" + std::string(256, 'p') + "@a",
        "http://" + std::string(512, 'u') + "@a",
        "http://u%3Av@a", "http://u%3av:p@a", "socks5://:password@a", "socks5h://:p@a",
    };
    // clang-format on
    for (const std::string& url : urls) check_refused(url);
}

TEST_CASE("every byte of host, user and password is allowed, refused, or only allowed when encoded") {
    const std::string_view marks = "-._~!$&'()*+,;=";
    for (int value = 0; value != 256; ++value) {
        const auto c = static_cast<char>(value);
        const bool is_safe =
            value < 0x80 && (std::isalnum(value) != 0 || marks.find(c) != std::string_view::npos);
        const bool is_control = value < 0x20 || value == 0x7f;
        const std::string digits = "0123456789abcdef";
        const std::string encoded = {'%', digits[static_cast<unsigned>(value) / 16],
                                     digits[static_cast<unsigned>(value) % 16]};
        INFO("byte " << value);
        const auto is_refused = [](const std::string& url) {
            error_code ec;
            parse_proxy(url, ec);
            return ec == invalid;
        };
        // "@" ends the user, ":" the host.
        if (value != '@') CHECK(is_refused("socks5://x"s + c + "y") != is_safe);
        CHECK(is_refused("socks5://x" + encoded + "y"));
        CHECK(is_refused("socks5://u"s + c + "v@a") != (is_safe || value == ':'));
        CHECK(is_refused("socks5://u:p"s + c + "q@a") != (is_safe || value == ':'));
        CHECK(is_refused("socks5://u" + encoded + "v@a") == is_control);
        CHECK(is_refused("socks5://u:p" + encoded + "q@a") == is_control);
        if (is_control) continue;
        CHECK(parsed("socks5://u" + encoded + "v:p" + encoded + "q@a") ==
              "socks5|a|1080|u"s + c + "v|p" + c + "q");
    }
}

TEST_CASE("what is accepted makes sense as an option, and what makes no sense is refused") {
    for (const std::size_t size : {1U, 254U, 255U, 256U, 300U}) {
        const std::string text(size, 'x');
        for (const std::string& url :
             {"socks5://" + text + "@a", "socks5://u:" + text + "@a", "http://:" + text + "@a",
              "http://u:" + text + "@a", "socks5://" + text, "http://" + text + "."}) {
            error_code ec;
            const proxy_options proxy = parse_proxy(url, ec);
            INFO("url: " << url);
            CHECK((ec == invalid) == (size > (url.find('@') != std::string::npos ? 255U : 253U)));
            CHECK(std::visit([](const auto& value) { return detail::find_invalid(value); }, proxy).empty());
        }
    }
}

TEST_CASE("what is thrown says what is wrong, and repeats no part of the URL") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"hunter2", "the URL has no scheme"},
        {"hunter2://a", "the scheme is not socks5, socks5h or http"},
        {"https://hunter2@a", "the scheme is not socks5, socks5h or http"},
        {"http://a/hunter2", "something other than one slash follows host and port"},
        {"http://hunter2:a/b@c", "something other than one slash follows host and port"},
        {"http://hunter2 :a@c", "user or password has a character that must be percent-encoded"},
        {"http://a:hunter2%4@c", "user or password has a % without two hexadecimal digits"},
        {"http://a:hunter2%0a@c", "user or password has a control character"},
        {"http://a:hunter2" + std::string(256, 'a') + "@c", "user or password is longer than 255 bytes"},
        {"socks5://:hunter2@c", "there is a password without a user"},
        {"http://hunter2%3A@c", "user has a colon"},
        {"http://[hunter2", "the host has a bracket that is not closed"},
        {"http://[hunter2]", "the brackets of the host do not enclose an IPv6 address"},
        {"http://[::1%hunter2]", "the scope id of the host does not follow %25"},
        {"http://hunter2%", "the host has a character that no name has"},
        {"http://hunter2@", "host is empty"},
        {"http://[::1]hunter2", "something other than a port follows the host"},
        {"http://a:hunter2", "the port is not from 1 to 65535"},
    };
    for (const auto& [url, reason] : rows) {
        const std::string words = check_refused(url);
        CHECK(words.starts_with("parse_proxy: " + reason));
        CHECK(words.find("hunter2") == std::string::npos);
        CHECK(detail::parse_proxy_url(url).refused.reason == reason);
    }
}

}  // namespace

}  // namespace uplink::tests
