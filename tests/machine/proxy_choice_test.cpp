// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The proxy that the environment has for a server, as tables, and the function that reads the environment.
#include <uplink/detail/machine/proxy_choice.hpp>
#include <uplink/proxy.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace uplink::tests {

namespace {

using detail::choose_proxy;
using detail::is_reached_directly;
using detail::proxy_environment;
using detail::proxy_kind;
using detail::proxy_url;
using namespace std::string_literals;

const error_code invalid = net::error::invalid_argument;

TEST_CASE("the variable in lower case counts, and the other one only if it is not set") {
    struct row {
        std::optional<std::string_view> lower, upper;
        std::string expected;  // the host of the proxy; empty: none
    };
    const std::vector<row> rows = {
        {{}, {}, ""},
        {"http://lower", {}, "lower"},
        {{}, "http://upper", "upper"},
        {"http://lower", "http://upper", "lower"},
        {"http://lower", "", "lower"},
        {"http://lower", "nonsense", "lower"},
        {"", "http://upper", ""},
        {"", {}, ""},
        {{}, "", ""},
        {"", "nonsense", ""},
    };
    for (const row& row : rows) {
        INFO(row.lower.value_or("(not set)") << ", " << row.upper.value_or("(not set)"));
        const proxy_url proxy =
            choose_proxy("a", 80, {.all_proxy = row.lower, .all_proxy_in_upper_case = row.upper});
        CHECK_FALSE(proxy.refused);
        CHECK(proxy.host == row.expected);
        CHECK((proxy.kind == proxy_kind::none) == row.expected.empty());
    }
    const std::vector<row> lists = {
        {{}, {}, "p"},  {"a", {}, ""},  {{}, "a", ""}, {"a", "b", ""}, {"b", "a", "p"},
        {"", "a", "p"}, {{}, "b", "p"}, {{}, "", "p"}, {"", "*", "p"}, {"*", "", ""},
    };
    for (const row& row : lists) {
        INFO(row.lower.value_or("(not set)") << ", " << row.upper.value_or("(not set)"));
        const proxy_environment variables{
            .all_proxy = "http://p", .no_proxy = row.lower, .no_proxy_in_upper_case = row.upper};
        CHECK(choose_proxy("a", 80, variables).host == row.expected);
        const proxy_environment without{.no_proxy = row.lower, .no_proxy_in_upper_case = row.upper};
        CHECK(choose_proxy("a", 80, without).kind == proxy_kind::none);
    }
}

TEST_CASE("a malformed URL is an error for every server, never a direct connection") {
    for (const std::string_view url :
         {" ", "p", "p:80", "https://p", "http://p:0", "http://u:p%0a@p", "socks4://p"}) {
        for (const std::string_view list : {"", "b", "a", "*"}) {
            INFO(url << ", except for " << list);
            CHECK(choose_proxy("a", 80, {.all_proxy = url, .no_proxy = list}).refused.error == invalid);
            CHECK(choose_proxy("a", 80, {.all_proxy_in_upper_case = url, .no_proxy = list}).refused.error ==
                  invalid);
        }
    }
}

struct list_row {
    std::string list;
    std::vector<std::string> direct;   // hosts, with the port behind a space if it is not 80
    std::vector<std::string> proxied;  // the same
};

bool is_direct(const std::string& list, const std::string& host_and_port) {
    const std::size_t space = host_and_port.rfind(' ');
    const int port = space == std::string::npos ? 80 : std::stoi(host_and_port.substr(space));
    return is_reached_directly(list, host_and_port.substr(0, space), static_cast<std::uint16_t>(port));
}

void check_rows(const std::vector<list_row>& rows) {
    for (const list_row& row : rows) {
        // The other entries of a list change nothing.
        for (const std::string& list : {row.list, "x.test," + row.list, row.list + ",x.test",
                                        ":/[," + row.list, " \t" + row.list + " ,\t,"}) {
            for (const std::string& host : row.direct) {
                INFO("list \"" << list << "\", host \"" << host << "\"");
                CHECK(is_direct(list, host));
            }
            for (const std::string& host : row.proxied) {
                INFO("list \"" << list << "\", host \"" << host << "\"");
                CHECK_FALSE(is_direct(list, host));
            }
        }
    }
}

TEST_CASE("an entry that is a name stands for that name and those below it") {
    const std::vector<std::string> under = {"example.com",    "www.example.com", "a.b.example.com",
                                            "EXAMPLE.com",    "example.com.",    "www.Example.Com.",
                                            "example.com 443"};
    const std::vector<std::string> not_under = {
        "myexample.com", "example.org", "com", "example.com.org", "example", "192.0.2.1", "::1", "", ".",
        "xample.com",    "example_com"};
    check_rows({
        {"example.com", under, not_under},
        {".example.com", under, not_under},
        {"example.com.", under, not_under},
        {".example.com.", under, not_under},
        {"Example.COM", under, not_under},
        {"localhost", {"localhost", "a.localhost"}, {"127.0.0.1", "::1", "localhost.localdomain"}},
        {"com", {"com", "example.com"}, {"ecom", "192.0.2.1"}},
        {"b\xc3\xbc"
         "cher.test",
         {"b\xc3\xbc"
          "cher.test"},
         {"bucher.test"}},
        {"a,b", {"a", "b", "c.b"}, {"ab", "a,b"}},
    });
}

TEST_CASE("an entry that is an address is compared as an address") {
    check_rows({
        {"192.0.2.1",
         {"192.0.2.1", "::ffff:192.0.2.1", "[::ffff:c000:201]", "192.0.2.1 443"},
         {"192.0.2.10", "192.0.2.2", "1.192.0.2.1", "a.192.0.2.1", "::192.0.2.1", "[192.0.2.1",
          "192.0.2.1."}},
        {"::ffff:192.0.2.1", {"192.0.2.1", "::ffff:192.0.2.1"}, {"192.0.2.2", "::ffff:192.0.2.2"}},
        {"::1",
         {"::1", "[::1]", "0:0::0001", "[0:0:0:0:0:0:0:1]", "::1%1"},
         {"::2", "1", "127.0.0.1", "0.0.0.1"}},
        {"[::1]", {"::1", "[::1]", "0:0::0001"}, {"::2"}},
        {"2001:DB8::A", {"2001:db8:0::a"}, {"2001:db8::b"}},
        {"fe80::1", {"fe80::1", "fe80::1%eth0", "[fe80::1%2]"}, {"fe80::2%eth0"}},
        {"0.0.0.0", {"0.0.0.0"}, {"127.0.0.1", "localhost"}},
    });
}

TEST_CASE("an entry with a number of bits is every address that begins with them") {
    check_rows({
        {"10.0.0.0/8",
         {"10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"},
         {"11.0.0.0", "9.255.255.255", "a00::", "10.a"}},
        {"10.1.2.3/8", {"10.0.0.0", "10.255.255.255"}, {"11.0.0.0"}},
        {"192.0.2.128/25", {"192.0.2.128", "192.0.2.255"}, {"192.0.2.127", "192.0.3.128"}},
        {"192.0.2.6/31", {"192.0.2.6", "192.0.2.7"}, {"192.0.2.5", "192.0.2.8"}},
        {"172.16.0.0/12", {"172.16.0.0", "172.31.255.255"}, {"172.15.255.255", "172.32.0.0"}},
        {"192.0.2.1/32", {"192.0.2.1"}, {"192.0.2.0"}},
        {"0.0.0.0/0", {"192.0.2.1", "::ffff:1.2.3.4"}, {"::1", "a"}},
        {"::/0", {"::1", "2001:db8::1"}, {"192.0.2.1", "::ffff:1.2.3.4", "a"}},
        {"2001:db8::/32", {"2001:db8::", "2001:db8:ffff::1"}, {"2001:db9::", "2001:db7:ffff::"}},
        {"[2001:db8::]/32", {"2001:db8::1"}, {"2001:db9::"}},
        {"[2001:db8::/32]", {"2001:db8::1"}, {"2001:db9::"}},
        {"fd00::/7", {"fc00::", "fdff::1"}, {"fe00::", "fb00::"}},
        {"2001:db8::8/125", {"2001:db8::8", "2001:db8::f"}, {"2001:db8::7", "2001:db8::10"}},
        {"::1/128", {"::1"}, {"::"}},
        {"::ffff:10.0.0.0/104", {"10.1.2.3", "::ffff:10.1.2.3"}, {"11.0.0.0"}},
        {"::ffff:0:0/96", {"10.1.2.3"}, {"::1"}},
    });
}

TEST_CASE("an entry with a port is for that port alone") {
    check_rows({
        {"example.com:443",
         {"example.com 443", "a.example.com 443"},
         {"example.com", "example.com 4430", "example.com 0"}},
        {".example.com:80", {"example.com", "a.example.com"}, {"example.com 81"}},
        {"192.0.2.1:443", {"192.0.2.1 443"}, {"192.0.2.1"}},
        {"[::1]:443", {"::1 443", "[::1] 443"}, {"::1"}},
        {"10.0.0.0/8:443", {"10.1.1.1 443"}, {"10.1.1.1"}},
        {"[fd00::]/8:443", {"fd00::1 443"}, {"fd00::1"}},
        {"[fd00::/8]:443", {"fd00::1 443"}, {"fd00::1"}},
        {"*:443", {"a 443", "::1 443"}, {"a", "::1"}},
        {"a:080", {"a"}, {"a 8"}},
        {"a:65535", {"a 65535"}, {"a"}},
        {"::443", {"::443", "::443 443"}, {"a 443"}},  // an address, not a port
    });
}

TEST_CASE("a star is every server") {
    check_rows({{"*", {"a", "a.b", "192.0.2.1", "::1", "a 443", ""}, {}}});
}

TEST_CASE("a malformed entry matches nothing, and the others still count") {
    // clang-format off
    const std::vector<std::string> entries = {
        "", " ", ".", "..", "...", "..a", "a..", "*.a", "*a", "**", "a*", "a b", "a\tb", "http://a", "a/", "a/8", "/8", "/",
        "a:", "a:0", "a:65616", "a:x", "a:80x", "a:-80", "a:+80", "a: 80", "a:80:80", ":80", ":", "[", "]", "[]", "[a]",
        "[a]:80", "[192.0.2.1]", "[::1", "::1]", "[::1]:", "[::1]x", "[[::1]]", "[::1]80", "[::1]:80x", "x[::1]",
        "::1:80x", "::1%1", "[::1%1]", "[::1]/129", "[::1/128]/128", "::1/129", "::1/", "::1/-1", "::1/x", "::1/1/1", "::1/ 1",
        "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1", "192.0.2.1/+8", "192.0.2.1/8x", "192.0.2.1/0x8", "192.0.2.1/8/8",
        "192.0.2.1/255.255.255.0", "192.0.2.1/99999999999999999999", "192.0.2", "192.0.2.", "192.0.2.*", ".0.2.1", "0.2.1",
        "192.0.2.01", "192.0.2.256", "3221225985", "0xc0.0.2.1", "192.0.2.1:", "192.0.2.1:0", "a\0"s, "\0a"s, "192.0.2.1\0"s,
        "192.0.2.1\0x"s, "::1\0"s, "a%", "1", "*:", "*:0", "*:x", "*/0", ":*", "*:80:80",
    };
    // clang-format on
    const std::vector<std::string> hosts = {"a", "b.a", "192.0.2.1", "::1", "a\0"s, "80", "b.192.0.2", "*.a"};
    for (const std::string& entry : entries) {
        for (const std::string& host : hosts) {
            INFO("entry \"" << entry << "\", host \"" << host << "\"");
            CHECK_FALSE(is_reached_directly(entry, host, 80));
            CHECK(is_reached_directly(entry + ",b.a,*", host, 80));
            CHECK(is_reached_directly("*," + entry, host, 80));
        }
    }
}

/// Sets a variable of the environment, or unsets it, until the end.
class variable {
public:
    variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        set(value);
    }
    ~variable() { set(old_ ? old_->c_str() : nullptr); }
    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;

private:
    void set(const char* value) {
        if (value == nullptr) ::unsetenv(name_);
        else ::setenv(name_, value, 1);
    }

    const char* name_;
    std::optional<std::string> old_{};
};

struct variables {
    variable all_proxy, all_proxy_in_upper_case, no_proxy, no_proxy_in_upper_case;

    variables(const char* lower, const char* upper, const char* lower_list, const char* upper_list)
        : all_proxy("all_proxy", lower), all_proxy_in_upper_case("ALL_PROXY", upper),
          no_proxy("no_proxy", lower_list), no_proxy_in_upper_case("NO_PROXY", upper_list) {}
};

TEST_CASE("the environment is read, each variable by its name") {
    const auto host_of = [](const proxy_options& proxy) {
        const auto* http = std::get_if<http_proxy>(&proxy);
        return http != nullptr ? http->host : std::holds_alternative<no_proxy>(proxy) ? "none" : "socks5";
    };
    const auto check = [&host_of](const variables&, const std::string& expected) {
        error_code ec = net::error::eof;
        CHECK(host_of(proxy_from_environment("a", 80, ec)) == expected);
        CHECK_FALSE(ec);
        CHECK(host_of(proxy_from_environment("a", 80)) == expected);
    };
    check({nullptr, nullptr, nullptr, nullptr}, "none");
    check({"http://lower", "http://upper", nullptr, nullptr}, "lower");
    check({nullptr, "http://upper", nullptr, nullptr}, "upper");
    check({"", "http://upper", nullptr, nullptr}, "none");
    check({"http://lower", nullptr, "a", nullptr}, "none");
    check({"http://lower", nullptr, nullptr, "a:80"}, "none");
    check({"http://lower", nullptr, nullptr, "a:81"}, "lower");
    check({"http://lower", nullptr, "", "a"}, "lower");
    check({"http://lower", nullptr, "b", "a"}, "lower");
    check({"socks5h://u:p@lower", nullptr, nullptr, nullptr}, "socks5");
}

TEST_CASE("variables that a web server fills from a request are not read, nor those of one scheme") {
    // A CGI program finds a request's field "Proxy" in HTTP_PROXY (RFC 3875, section 4.1.18).
    const variables none{nullptr, nullptr, nullptr, nullptr};
    const variable names[] = {{"HTTP_PROXY", "http://evil"},     {"http_proxy", "http://evil"},
                              {"HTTPS_PROXY", "http://evil"},    {"https_proxy", "http://evil"},
                              {"HTTP_ALL_PROXY", "http://evil"}, {"All_Proxy", "http://evil"}};
    CHECK(std::holds_alternative<no_proxy>(proxy_from_environment("a", 80)));
    CHECK(std::holds_alternative<no_proxy>(proxy_from_environment("a", 443)));
}

TEST_CASE("a malformed environment is an error, whose words have no password") {
    const variables set("http://user:hunter2@a:port", nullptr, "*", nullptr);
    error_code ec;
    CHECK(std::holds_alternative<no_proxy>(proxy_from_environment("a", 80, ec)));
    CHECK(ec == invalid);
    std::string words;
    try {
        proxy_from_environment("a", 80);
    } catch (const system_error& error) {
        CHECK(error.code() == invalid);
        words = error.what();
    }
    CHECK(words.starts_with("proxy_from_environment: the port is not from 1 to 65535"));
    CHECK(words.find("hunter2") == std::string::npos);
}

}  // namespace

}  // namespace uplink::tests
