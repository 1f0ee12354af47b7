// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which name a TLS server has to prove, as tables.
#include <uplink/detail/machine/server_name.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::string_literals;
using detail::classify_server_name;
using detail::server_name;

const error_code refused = net::error::invalid_argument;

/// The labels are of one character.
std::string server_name_of(std::size_t length) {
    std::string name;
    while (name.size() < length) name += "a.";
    name.resize(length);
    name.back() = 'a';
    return name;
}

TEST_CASE("a server's name is kept in lower case, without the dot at its end") {
    const std::vector<std::pair<std::string, std::string>> names = {
        {"server.test", "server.test"},
        {"server.test.", "server.test"},
        {"SERVER.Test.", "server.test"},
        {"localhost", "localhost"},
        {"xn--bcher-kva.test", "xn--bcher-kva.test"},
        {"my_host.test", "my_host.test"},
        {"1.test", "1.test"},
        {"0x7f.test", "0x7f.test"},
        {"a-b--c.test", "a-b--c.test"},
        {"_service._tcp.test", "_service._tcp.test"},
        {std::string(63, 'a') + ".test", std::string(63, 'a') + ".test"},
        {server_name_of(253), server_name_of(253)},
        {server_name_of(253) + ".", server_name_of(253)},
    };
    for (const auto& [text, expected] : names) {
        INFO("name " << text);
        server_name name;
        CHECK_FALSE(classify_server_name(text, name));
        CHECK(name.name == expected);
        CHECK_FALSE(name.literal);
        CHECK_FALSE(name.is_empty());
    }
}

TEST_CASE("a literal is verified as an address, without brackets and scope, and is no name") {
    const std::vector<std::pair<std::string, std::string>> literals = {
        {"192.0.2.1", "192.0.2.1"},
        {"2001:db8::1", "2001:db8::1"},
        {"2001:DB8:0:0::1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"fe80::1%eth0", "fe80::1"},
        {"[fe80::1%1]", "fe80::1"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
    };
    for (const auto& [text, expected] : literals) {
        INFO("literal " << text);
        server_name name;
        CHECK_FALSE(classify_server_name(text, name));
        REQUIRE(name.literal);
        CHECK(*name.literal == net::ip::make_address(expected));
        CHECK(name.name.empty());
        CHECK_FALSE(name.is_empty());
    }
}

TEST_CASE("a server's name that a verifier could take for any name, or cannot compare, is refused") {
    const std::string_view empty_label = "has an empty label";
    const std::string_view control = "has a space or a control character";
    const std::string_view number = "ends in a number and is not an IPv4 address of four parts";
    const std::string_view neither = "is neither a name nor an IP literal";
    const std::string_view too_long = "is longer than 253 characters";
    const std::string_view long_label = "has a label of more than 63 characters";
    const std::string_view hyphen = "has a label that begins or ends with a hyphen";
    const std::string_view character = "has a character that is no letter, digit, hyphen or underscore";
    const std::vector<std::pair<std::string, std::string_view>> names = {
        {"", "is empty"},
        {".", "begins with a dot"},
        {".server.test", "begins with a dot"},
        {"..", "begins with a dot"},
        {"server..test", empty_label},
        {"server.test..", empty_label},
        {"server test", control},
        {"server.test\n", control},
        {"server.test\0"s, control},
        {"server.test\0.other.test"s, control},
        {"192.0.2.1\0"s, control},
        {"\0"s, control},
        {std::string(64, 'a'), long_label},
        {"www." + std::string(64, 'a') + ".test", long_label},
        {"-server.test", hyphen},
        {"server-.test", hyphen},
        {"server.test-", hyphen},
        {"server.-test", hyphen},
        {"www.xn--", hyphen},
        {"-", hyphen},
        {"*.server.test", character},
        {"server.te*", character},
        {"a%b.test", character},
        {"server,test", character},
        {"user@server.test", character},
        {"b\xc3\xbc"
         "cher.test",
         "is not ASCII; TLS needs the A-labels (xn--...)"},
        {"\xff", "is not ASCII; TLS needs the A-labels (xn--...)"},
        {"192.0.2", number},
        {"192.0.2.256", number},
        {"192.0.2.1.", number},
        {"010.0.0.1", number},
        {"server.1", number},
        {"server.0x7f", number},
        {"server.test:443", neither},
        {"https://server.test", neither},
        {"server.test/", neither},
        {"[192.0.2.1]", neither},
        {"[server.test]", neither},
        {"[2001:db8::1", neither},
        {"2001:db8:::1", neither},
        {"2001:db8::1.", neither},
        {server_name_of(254), too_long},
        {server_name_of(254) + ".", too_long},
    };
    for (const auto& [text, reason] : names) {
        INFO("name " << text);
        server_name name{"earlier", {}};
        const detail::refusal why = classify_server_name(text, name);
        CHECK(why.error == refused);
        CHECK(why.reason == reason);
        CHECK(name.is_empty());  // nothing to verify is left that an earlier call has found
    }
}

}  // namespace

}  // namespace uplink::tests
