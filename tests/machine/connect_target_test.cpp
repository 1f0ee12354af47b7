// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a host and a service are, as tables. The system call that a named scope id costs, if_nametoindex,
// is replaced here, so that the tables hold on every machine and its calls can be counted.
#include <uplink/detail/machine/connect_target.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <net/if.h>

namespace uplink::tests {

namespace {

int interface_questions = 0;

}  // namespace

extern "C" unsigned int if_nametoindex(const char* name) noexcept {
    ++interface_questions;
    return std::string_view(name) == "test-if" ? 42 : 0;
}

namespace {

using uplink::detail::classify;
using uplink::detail::lookup_need;
using namespace std::string_literals;

std::string repeat(std::string_view text, std::size_t times) {
    std::string result;
    while (times-- != 0) result += text;
    return result;
}

/// A name of that many characters with labels of at most 63.
std::string name_of(std::size_t length) {
    std::string name = repeat(std::string(63, 'a') + ".", 5).substr(0, length);
    name.back() = 'z';
    return name;
}

const error_code invalid = net::error::invalid_argument;

TEST_CASE("a host that is nonsense is invalid_argument, without a system call") {
    // clang-format off
    const std::vector<std::string> hosts = {
        "", " ", "a b", " a", "a ", "\t", "a\r\nb", "a\nb", "a\x7f" "b", "\x01", "a\x1f", "\0"s, "a\0b"s,
        "a\0"s, "127.0.0.1\0"s, "127.0.0.1 ", "::1 ", ".",
        name_of(254), name_of(255), name_of(256), name_of(254) + ".", name_of(253) + "..", std::string(100000, 'a'),
        "[", "]", "[]", "[::1", "::1]", "[[::1]]", "[::1]]", "[::1]:80", "a[b]", "[a]", "[localhost]", "[127.0.0.1]",
        "[example.com]", "[::1].", "[v1.fe]", "[ ::1]", "]::1[", "*", "[*]",
        "example.com:80", "127.0.0.1:80", ":", "::1::", ":::", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "::1.", "::1.2.3",
        "http://example.com", "fe80::1%", "[fe80::1%]", "fe80::1%4294967296", "fe80::1%99999999999999999999",
        "fe80::1%-1", "fe80::1%+1", "fe80::1%4g", "::1%test-if", "2001:db8::1%test-if", "fe80::1% test-if",
        "127.1", "127.0.0", "1", "0", "2130706433", "0x7f000001", "0X7F", "0x7f.1", "0x", "127.0.0.0x1",
        "256.0.0.1", "1.2.3.4.5", "010.0.0.1", "127.0.0.01", "127.0.0.1.", "1.2.3.", "..1", "example.1",
        "99999999999999999999",
    };
    // clang-format on
    for (const std::string& host : hosts) {
        INFO("host: \"" << host << "\"");
        interface_questions = 0;
        const auto result = classify(host, "80");
        CHECK(result.error == invalid);
        CHECK(interface_questions == 0);
        CHECK(result.host.empty());
        CHECK_FALSE(result.reason.empty());
        CHECK_FALSE(result.literal);
        CHECK_FALSE(result.port);
    }
}

TEST_CASE("a host that is a name is looked up as given") {
    // clang-format off
    const std::vector<std::string> hosts = {
        "localhost", "example.com", "example.com.", "EXAMPLE.com", "a", "a.b.c.d", "xn--bcher-kva.example",
        "_sip._tcp.example", "b\xc3\xbc" "cher.example", "\xff\xfe", "host-1", "1host", "1.example", "1.2.3.4.example",
        "1.2.3.x4", "0x7f.example", "0xg", "example.0xg", "*.example", "**", "a..b", "a..", ".a", "-a", "%lo", name_of(253),
        name_of(253) + ".", name_of(252) + ".",
    };
    // clang-format on
    for (const std::string& host : hosts) {
        INFO("host: \"" << host << "\"");
        for (const char* service : {"80", "http"}) {
            const auto result = classify(host, service);
            CHECK_FALSE(result.error);
            CHECK(result.reason.empty());
            CHECK(result.need == lookup_need::name);
            CHECK(result.host == host);
            CHECK(result.service == service);
            CHECK_FALSE(result.literal);
            CHECK(result.port.has_value() == (service == "80"s));
        }
    }
}

struct literal_row {
    std::string host, text;  // as given, and as the address prints; both without brackets for the lookup
    std::uint32_t scope = 0;
};

TEST_CASE("a host that is a literal is not looked up") {
    const std::vector<literal_row> rows = {
        {"127.0.0.1", "127.0.0.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"[::1]", "::1"},
        {"[::]", "::"},
        {"2001:DB8::00a", "2001:db8::a"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"[::ffff:192.0.2.1]", "::ffff:192.0.2.1"},
        {"fe80::1", "fe80::1"},
        {"fe80::1%0", "fe80::1"},
        {"fe80::1%7", "fe80::1", 7},
        {"[fe80::1%7]", "fe80::1", 7},
        {"fe80::1%007", "fe80::1", 7},
        {"fe80::1%4294967295", "fe80::1", 4294967295U},
        {"::1%7", "::1", 7},
        {"2001:db8::1%3", "2001:db8::1", 3},
        {"fe80::1%test-if", "fe80::1", 42},
        {"[fe80::1%test-if]", "fe80::1", 42},
        {"ff02::1%test-if", "ff02::1", 42},
    };
    for (const literal_row& row : rows) {
        INFO("host: \"" << row.host << "\"");
        interface_questions = 0;
        const auto result = classify(row.host, "443");
        CHECK_FALSE(result.error);
        CHECK(result.need == lookup_need::nothing);
        CHECK(result.port == std::uint16_t{443});
        REQUIRE(result.literal);
        if (result.literal->is_v6()) {
            auto address = result.literal->to_v6();
            CHECK(address.scope_id() == row.scope);
            address.scope_id(0);
            CHECK(address.to_string() == row.text);
        } else {
            CHECK(result.literal->to_string() == row.text);
        }
        CHECK(result.host == (row.host.front() == '[' ? row.host.substr(1, row.host.size() - 2) : row.host));
        CHECK(interface_questions == (row.scope == 42 ? 1 : 0));

        const auto named = classify(row.host, "https");
        CHECK_FALSE(named.error);
        CHECK(named.need == lookup_need::service);
        CHECK(named.literal == result.literal);
        CHECK_FALSE(named.port);
        CHECK(named.service == "https");
    }
}

TEST_CASE("a scope that names no interface of this machine is host_not_found") {
    for (const char* host :
         {"fe80::1%nowhere", "[fe80::1%nowhere]", "ff02::1%nowhere", "fe80::1%a%b", "fe80::1%test-iff"}) {
        INFO("host: " << host);
        const auto result = classify(host, "80");
        CHECK(result.error == error_code(net::error::host_not_found));
        CHECK_FALSE(result.literal);
        CHECK(result.host.empty());
    }
}

TEST_CASE("a service is a port from 1 to 65535, a name or invalid_argument") {
    struct row {
        std::string service;
        bool valid;
        std::optional<std::uint16_t> port;
    };
    const std::vector<row> rows = {
        {"1", true, 1},
        {"80", true, 80},
        {"65535", true, 65535},
        {"080", true, 80},
        {"00000000065535", true, 65535},
        {"http", true, {}},
        {"HTTP", true, {}},
        {"3com-tsmux", true, {}},
        {"9pfs", true, {}},
        {"80x", true, {}},  // a service name like the two above, which no system knows
        {"x11-1", true, {}},
        {"whois++", true, {}},
        {"a_b", true, {}},
        {std::string(253, 'a'), true, {}},
        {"", false, {}},
        {"0", false, {}},
        {"000", false, {}},
        {"65536", false, {}},
        {"065536", false, {}},
        {"65616", false, {}},  // 80 modulo 65536
        {"4294967376", false, {}},
        {"18446744073709551696", false, {}},
        {std::string(300, '9'), false, {}},
        {std::string(254, 'a'), false, {}},
        {"-1", false, {}},
        {"-", false, {}},
        {"+80", false, {}},
        {"-http", false, {}},
        {"+http", false, {}},
        {" 80", false, {}},
        {"80 ", false, {}},
        {"8 0", false, {}},
        {" ", false, {}},
        {"\t80", false, {}},
        {"80\r\n", false, {}},
        {"80\0"s, false, {}},
        {"\0"s, false, {}},
        {"http\0"s, false, {}},
        {"ht tp", false, {}},
        {"http\x7f", false, {}},
        {"80.5", false, {}},
        {"8,0", false, {}},
        {":80", false, {}},
        {"*", false, {}},
    };
    for (const row& row : rows) {
        INFO("service: \"" << row.service << "\"");
        interface_questions = 0;
        for (const char* host : {"example.com", "127.0.0.1", "fe80::1%test-if"}) {
            const auto result = classify(host, row.service);
            CHECK(result.error == (row.valid ? error_code() : invalid));
            CHECK(result.reason.empty() == row.valid);
            CHECK(result.port == row.port);
            CHECK(result.service == (row.valid ? row.service : ""));
        }
        CHECK(interface_questions == (row.valid ? 1 : 0));
    }
}

TEST_CASE("control characters and spaces are invalid anywhere, other bytes are not") {
    for (int value = 0; value != 256; ++value) {
        const std::string text = "a"s + static_cast<char>(value) + "b";
        const bool control = value <= 0x20 || value == 0x7f;
        const bool address = value == ':' || value == '[' || value == ']';
        INFO("byte " << value);
        CHECK((classify(text, "80").error == invalid) == (control || address));
        CHECK((classify("example.com", text).error == invalid) == control);
    }
}

}  // namespace

}  // namespace uplink::tests
