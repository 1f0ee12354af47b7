// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Every rule for options, as a table: one changed option a row, on each side of its border.
#include <uplink/detail/machine/option_check.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::detail::check_options;

namespace {

enum class verdict { valid, invalid, valid_for_tcp };

struct row {
    std::string change;
    verdict expected;
    void (*apply)(client_options&);
};

constexpr auto v4 = uplink::address_family::v4, v6 = uplink::address_family::v6;
constexpr auto longest_time = std::chrono::nanoseconds::max();
const std::string longest_host(253, 'a');

uplink::socks5_proxy socks5(std::string host, std::uint16_t port, std::string user, std::string password) {
    return {.host = std::move(host), .port = port, .user = std::move(user), .password = std::move(password)};
}
uplink::http_proxy http(std::string host, std::uint16_t port, std::string user, std::string password) {
    return {.host = std::move(host), .port = port, .user = std::move(user), .password = std::move(password)};
}

#define ROW(verdict_name, ...)                                                                               \
    {                                                                                                        \
#__VA_ARGS__, verdict::verdict_name, [](client_options & o) { __VA_ARGS__; }                         \
    }

const std::vector<row> rows{
    ROW(valid, static_cast<void>(o)),

    ROW(valid, o.connect.timeout = 1ns),
    ROW(valid, o.connect.timeout = longest_time),
    ROW(invalid, o.connect.timeout = 0ns),
    ROW(invalid, o.connect.timeout = -1ns),
    ROW(invalid, o.connect.timeout = std::chrono::nanoseconds::min()),
    ROW(valid, o.connect.attempt_delay = 0ns),
    ROW(valid, o.connect.attempt_delay = longest_time),
    ROW(invalid, o.connect.attempt_delay = -1ns),
    ROW(valid, o.connect.resolution_delay = 0ns),
    ROW(invalid, o.connect.resolution_delay = -1ns),
    ROW(valid, o.connect.first_family_count = std::numeric_limits<std::size_t>::max()),
    ROW(invalid, o.connect.first_family_count = 0),
    ROW(valid, o.connect.max_parallel_attempts = 1),
    ROW(invalid, o.connect.max_parallel_attempts = 0),
    ROW(valid, o.connect.family = uplink::address_family::v6),
    ROW(invalid, o.connect.family = static_cast<uplink::address_family>(3)),
    ROW(invalid, o.connect.family = static_cast<uplink::address_family>(-1)),

    ROW(valid_for_tcp, o.connect.local_addresses = {"127.0.0.1"}),
    ROW(valid_for_tcp, o.connect.local_addresses = {"0.0.0.0"}),
    ROW(valid_for_tcp, o.connect.local_addresses = {"::1"}),
    ROW(valid_for_tcp, o.connect.local_addresses = {"fe80::1%no_such_interface"}),
    ROW(invalid, o.connect.local_addresses = {"localhost"}),
    ROW(invalid, o.connect.local_addresses = {"127.0.0.256"}),
    ROW(invalid, o.connect.local_addresses = {"127.0.0.1 "}),
    ROW(invalid, o.connect.local_addresses = {"127.0.0.1:80"}),
    ROW(invalid, o.connect.local_addresses = {"[::1]"}),
    ROW(invalid, o.connect.local_addresses = {"fe80::1%"}),
    ROW(invalid, o.connect.local_addresses = {"%eth0"}),
    ROW(invalid, o.connect.local_addresses = {"127.0.0.1%eth0"}),
    ROW(invalid, o.connect.local_addresses = {std::string("127.0.0.1\0junk", 14)}),
    ROW(invalid, o.connect.local_addresses = {std::string(1, '\0')}),
    ROW(invalid, o.connect.local_addresses = {""}),
    ROW(valid_for_tcp, o.connect.local_addresses = {"127.0.0.1", "::1"}),
    ROW(valid_for_tcp, o.connect.local_addresses = {"fe80::1%no_such_interface", "0.0.0.0"}),
    ROW(invalid, o.connect.local_addresses = {"127.0.0.1", "localhost"}),
    ROW(invalid, o.connect.local_addresses = {"127.0.0.1", "127.0.0.2"}),
    ROW(invalid, o.connect.local_addresses = {"::1", "::ffff:127.0.0.1"}),
    ROW(invalid, o.connect.local_addresses = {"::1", "127.0.0.1", "127.0.0.2"}),
    ROW(valid_for_tcp, o.connect.local_addresses = {"127.0.0.1"}, o.connect.family = v4),
    ROW(invalid, o.connect.local_addresses = {"127.0.0.1"}, o.connect.family = v6),
    ROW(invalid, o.connect.local_addresses = {"::ffff:127.0.0.1"}, o.connect.family = v4),
    ROW(valid_for_tcp, o.connect.local_addresses = {"::1"}, o.connect.family = v6),
    ROW(valid_for_tcp, o.connect.local_addresses = {"127.0.0.1", "::1"}, o.connect.family = v6),
    ROW(valid_for_tcp, o.connect.local_port = 1),
    ROW(valid_for_tcp, o.connect.network_interface = "lo"),
    ROW(valid_for_tcp, o.connect.network_interface = "fifteen_letters"),
    ROW(invalid, o.connect.network_interface = "sixteen_letters_"),
    ROW(invalid, o.connect.network_interface = "a b"),
    ROW(invalid, o.connect.network_interface = "a/b"),
    ROW(invalid, o.connect.network_interface = ".."),
    ROW(invalid, o.connect.network_interface = std::string("lo\0x", 4)),

    ROW(valid, o.socket.no_delay = false),
    ROW(valid_for_tcp, o.socket.keep_alive.emplace()),
    ROW(valid_for_tcp, o.socket.keep_alive = {.idle = 1s, .interval = 1s, .count = 1}),
    ROW(valid_for_tcp, o.socket.keep_alive = {.idle = 32767s, .interval = 32767s, .count = 127}),
    ROW(invalid, o.socket.keep_alive = {.idle = 0s}),
    ROW(invalid, o.socket.keep_alive = {.idle = 32768s}),
    ROW(invalid, o.socket.keep_alive = {.idle = std::chrono::seconds::max()}),
    ROW(invalid, o.socket.keep_alive = {.interval = 0s}),
    ROW(invalid, o.socket.keep_alive = {.interval = -1s}),
    ROW(invalid, o.socket.keep_alive = {.interval = 32768s}),
    ROW(invalid, o.socket.keep_alive = {.count = 0}),
    ROW(invalid, o.socket.keep_alive = {.count = 128}),
    ROW(valid_for_tcp, o.socket.user_timeout = 1ms),
    ROW(valid_for_tcp, o.socket.user_timeout = 2147483647ms),
    ROW(invalid, o.socket.user_timeout = 0ms),
    ROW(invalid, o.socket.user_timeout = -1ms),
    ROW(invalid, o.socket.user_timeout = 2147483648ms),
    ROW(valid_for_tcp, o.socket.dead_after = 3s),
    ROW(valid_for_tcp, o.socket.dead_after = 32767s),
    ROW(invalid, o.socket.dead_after = 2s),
    ROW(invalid, o.socket.dead_after = 0s),
    ROW(invalid, o.socket.dead_after = -3s),
    ROW(invalid, o.socket.dead_after = 32768s),
    ROW(invalid, o.socket.dead_after = std::chrono::seconds::max()),
    ROW(invalid, o.socket.dead_after = 3s, o.socket.keep_alive.emplace()),
    ROW(invalid, o.socket.dead_after = 3s, o.socket.user_timeout = 3s),
    ROW(valid, o.socket.send_buffer = 1),
    ROW(invalid, o.socket.send_buffer = 0),
    ROW(invalid, o.socket.send_buffer = -1),
    ROW(valid, o.socket.receive_buffer = 1),
    ROW(invalid, o.socket.receive_buffer = 0),
    ROW(valid_for_tcp, o.socket.dscp = 0),
    ROW(valid_for_tcp, o.socket.dscp = 63),
    ROW(invalid, o.socket.dscp = 64),
    ROW(invalid, o.socket.dscp = -1),
    ROW(valid_for_tcp, o.socket.reset_on_close = true),
    ROW(
        valid, o.socket.before_connect = [](auto, const auto&) { return uplink::error_code(); }),

    ROW(valid, o.idle_timeout = 1ns),
    ROW(valid, o.idle_timeout = longest_time),
    ROW(invalid, o.idle_timeout = 0ns),
    ROW(invalid, o.idle_timeout = -1s),
    ROW(valid, o.close_timeout = 1ns),
    ROW(invalid, o.close_timeout = 0ns),
    ROW(invalid, o.close_timeout = -1ns),
    ROW(valid, o.max_receive = 1),
    ROW(valid, o.max_receive = std::numeric_limits<std::size_t>::max()),
    ROW(invalid, o.max_receive = 0),
    ROW(valid, o.receive_spin = 1ns),
    ROW(valid, o.receive_spin = 10ms),
    ROW(invalid, o.receive_spin = 10ms + 1ns),
    ROW(invalid, o.receive_spin = -1ns),
    ROW(valid, o.send_queue.limit = 1),  // far below the default low-water mark
    ROW(invalid, o.send_queue.limit = 0),
    ROW(valid, o.send_queue.low_water = 0),

    ROW(valid_for_tcp, o.proxy = socks5("proxy.test", 1, "", "")),
    ROW(valid_for_tcp, o.proxy = socks5("::1", 65535, "user", "")),
    ROW(valid_for_tcp, o.proxy = socks5(longest_host, 1080, "user", "password")),
    ROW(valid_for_tcp, o.proxy = socks5(longest_host + ".", 1080, "user", "password")),
    ROW(invalid, o.proxy = socks5(longest_host + "a", 1080, "", "")),
    ROW(invalid, o.proxy = socks5("", 1080, "", "")),
    ROW(invalid, o.proxy = socks5("proxy.test", 0, "", "")),
    ROW(invalid, o.proxy = socks5("proxy test", 1080, "", "")),
    ROW(invalid, o.proxy = socks5("proxy.test\r\n", 1080, "", "")),
    ROW(invalid, o.proxy = socks5(std::string("proxy\0test", 10), 1080, "", "")),
    ROW(valid_for_tcp, o.proxy = socks5("proxy.test", 1080, std::string(255, 'u'), std::string(255, 'p'))),
    ROW(invalid, o.proxy = socks5("proxy.test", 1080, std::string(256, 'u'), "")),
    ROW(invalid, o.proxy = socks5("proxy.test", 1080, "user", std::string(256, 'p'))),
    ROW(invalid, o.proxy = socks5("proxy.test", 1080, "", "password")),
    ROW(invalid, o.proxy = socks5("proxy.test", 1080, "us\ner", "")),
    ROW(invalid, o.proxy = socks5("proxy.test", 1080, "user", std::string("a\0b", 3))),
    ROW(valid_for_tcp, o.proxy = socks5("proxy.test", 1080, "us:er", "pass word")),

    ROW(valid_for_tcp, o.proxy = http("proxy.test", 8080, "", "")),
    ROW(valid_for_tcp, o.proxy = http("[::1]", 8080, "user", "pass:word")),
    ROW(valid_for_tcp, o.proxy = http("proxy.test", 8080, "", "token")),
    ROW(valid_for_tcp, o.proxy = http("proxy.test", 8080, "user", "\xc3\xbc")),
    ROW(invalid, o.proxy = http("proxy.test", 8080, "\xc3\xbc", "")),
    ROW(invalid, o.proxy = http("proxy.test", 8080, "us er", "")),
    ROW(invalid, o.proxy = http("", 8080, "", "")),
    ROW(invalid, o.proxy = http("proxy.test", 0, "", "")),
    ROW(invalid, o.proxy = http("proxy.test\tx", 8080, "", "")),
    ROW(invalid, o.proxy = http("proxy.test", 8080, "us:er", "")),
    ROW(invalid, o.proxy = http("proxy.test", 8080, "user\r\nX: y", "")),
    ROW(invalid, o.proxy = http("proxy.test", 8080, "user", "pass\x7fword")),
    ROW(invalid, o.proxy = http("proxy.test", 8080, std::string(256, 'u'), "")),
    ROW(invalid, o.proxy = http("proxy.test", 8080, "user", std::string(256, 'p'))),
};

bool is_valid(verdict expected, bool is_tcp) {
    return expected == verdict::valid || (expected == verdict::valid_for_tcp && is_tcp);
}

/// "socket.keep_alive" of "o.socket.keep_alive = {.idle = 0s}".
std::string option_of(const row& row) { return row.change.substr(2, row.change.find_first_of(" (") - 2); }

/// No reason where the row is valid, else one that begins with the option's full name.
void check_reason(std::string_view reason, const row& row, bool is_valid) {
    INFO(row.change << ": \"" << reason << "\"");
    CHECK(reason.empty() == is_valid);
    if (!is_valid) CHECK(reason.starts_with(option_of(row).substr(0, option_of(row).find(".emplace"))));
}

}  // namespace

TEST_CASE(
    "each option is valid up to its border, and invalid beyond for a reason that begins with its name") {
    for (const row& row : rows) {
        client_options options;
        row.apply(options);
        for (const bool is_tcp : {true, false})
            check_reason(check_options(options, is_tcp), row, is_valid(row.expected, is_tcp));
    }
}

TEST_CASE("one attempt is held to the same rules for the options that it uses") {
    for (const row& row : rows) {
        client_options only;  // the row's connect and socket options, the rest sensible
        row.apply(only);
        const bool unchanged = row.change.find("o.connect") == std::string::npos &&
                               row.change.find("o.socket") == std::string::npos;
        for (const bool is_tcp : {true, false}) {
            check_reason(check_options(only.connect, only.socket, is_tcp), row,
                         unchanged || is_valid(row.expected, is_tcp));
        }
    }
}

}  // namespace uplink::tests
