// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Each reason for which a connect is refused, in words, once: of options, of hosts and of services.
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/option_check.hpp>
#include <uplink/detail/machine/refusal.hpp>

#include "support/catch.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

struct option_reason {
    std::string expected;
    std::function<void(client_options&)> apply;
    bool is_tcp = true;
};

void set_socks5(client_options& o, std::string host, std::uint16_t port, std::string user,
                std::string password) {
    o.proxy = uplink::socks5_proxy{
        .host = std::move(host), .port = port, .user = std::move(user), .password = std::move(password)};
}

const std::vector<option_reason> option_reasons{
    {"connect.timeout must be above zero", [](auto& o) { o.connect.timeout = 0ns; }},
    {"connect.attempt_delay must not be negative", [](auto& o) { o.connect.attempt_delay = -1ns; }},
    {"connect.resolution_delay must not be negative", [](auto& o) { o.connect.resolution_delay = -1ns; }},
    {"connect.first_family_count must be at least 1", [](auto& o) { o.connect.first_family_count = 0; }},
    {"connect.max_parallel_attempts must be at least 1",
     [](auto& o) { o.connect.max_parallel_attempts = 0; }},
    {"connect.family must be any, v4 or v6",
     [](auto& o) { o.connect.family = static_cast<uplink::address_family>(3); }},
    {"connect.local_addresses has an element that is not an IP address",
     [](auto& o) { o.connect.local_addresses = {"localhost"}; }},
    {"connect.local_addresses has several addresses of one family",
     [](auto& o) {
         o.connect.local_addresses = {"::1", "::2"};
     }},
    {"connect.local_addresses has no address of the family that connect.family allows",
     [](auto& o) {
         o.connect.local_addresses = {"::1"};
         o.connect.family = uplink::address_family::v4;
     }},
    {"connect.network_interface is longer than 15 bytes",
     [](auto& o) { o.connect.network_interface = "sixteen_letters_"; }},
    {"connect.network_interface has a space, a slash or a control character",
     [](auto& o) { o.connect.network_interface = "a/b"; }},
    {"connect.network_interface is not the name of an interface",
     [](auto& o) { o.connect.network_interface = ".."; }},
    {"socket.keep_alive.idle must be from 1 s to 32767 s",
     [](auto& o) { o.socket.keep_alive = {.idle = 0s}; }},
    {"socket.keep_alive.interval must be from 1 s to 32767 s",
     [](auto& o) { o.socket.keep_alive = {.interval = 32768s}; }},
    {"socket.keep_alive.count must be from 1 to 127", [](auto& o) { o.socket.keep_alive = {.count = 0}; }},
    {"socket.user_timeout must be from 1 ms to 2147483647 ms", [](auto& o) { o.socket.user_timeout = 0ms; }},
    {"socket.dead_after must be from 3 s to 32767 s", [](auto& o) { o.socket.dead_after = 2s; }},
    {"socket.dead_after sets keep-alive, so socket.keep_alive must not be set",
     [](auto& o) {
         o.socket.dead_after = 3s;
         o.socket.keep_alive.emplace();
     }},
    {"socket.dead_after sets the user timeout, so socket.user_timeout must not be set",
     [](auto& o) {
         o.socket.dead_after = 3s;
         o.socket.user_timeout = 1s;
     }},
    {"socket.send_buffer must be above zero", [](auto& o) { o.socket.send_buffer = 0; }},
    {"socket.receive_buffer must be above zero", [](auto& o) { o.socket.receive_buffer = -1; }},
    {"socket.dscp must be from 0 to 63", [](auto& o) { o.socket.dscp = 64; }},

    {"idle_timeout must be above zero", [](auto& o) { o.idle_timeout = 0s; }},
    {"close_timeout must be above zero", [](auto& o) { o.close_timeout = 0s; }},
    {"max_receive must be above zero", [](auto& o) { o.max_receive = 0; }},
    {"send_queue.limit must be above zero", [](auto& o) { o.send_queue.limit = 0; }},
    {"receive_spin must be from 0 to 10 ms", [](auto& o) { o.receive_spin = 11ms; }},

    {"proxy.host is empty", [](auto& o) { set_socks5(o, "", 1, "", ""); }},
    {"proxy.host is longer than 253 characters",
     [](auto& o) { set_socks5(o, std::string(254, 'a'), 1, "", ""); }},
    {"proxy.host has a space or a control character", [](auto& o) { set_socks5(o, "a b", 1, "", ""); }},
    {"proxy.port must be from 1 to 65535", [](auto& o) { set_socks5(o, "a", 0, "", ""); }},
    {"proxy.user is longer than 255 bytes",
     [](auto& o) { set_socks5(o, "a", 1, std::string(256, 'u'), ""); }},
    {"proxy.user has a control character", [](auto& o) { set_socks5(o, "a", 1, "\n", ""); }},
    {"proxy.password is longer than 255 bytes",
     [](auto& o) { set_socks5(o, "a", 1, "u", std::string(256, 'p')); }},
    {"proxy.password has a control character", [](auto& o) { set_socks5(o, "a", 1, "u", "\n"); }},
    {"proxy.password is set without proxy.user", [](auto& o) { set_socks5(o, "a", 1, "", "p"); }},
    {"proxy.user has a colon",
     [](auto& o) { o.proxy = uplink::http_proxy{.host = "a", .user = "u:", .password = ""}; }},

    {"socket.keep_alive is for TCP alone", [](auto& o) { o.socket.keep_alive.emplace(); }, false},
    {"socket.user_timeout is for TCP alone", [](auto& o) { o.socket.user_timeout = 1s; }, false},
    {"socket.dead_after is for TCP alone", [](auto& o) { o.socket.dead_after = 3s; }, false},
    {"socket.dscp is for TCP alone", [](auto& o) { o.socket.dscp = 1; }, false},
    {"socket.reset_on_close is for TCP alone", [](auto& o) { o.socket.reset_on_close = true; }, false},
    {"connect.local_addresses is for TCP alone", [](auto& o) { o.connect.local_addresses = {"::1"}; }, false},
    {"connect.local_port is for TCP alone", [](auto& o) { o.connect.local_port = 1; }, false},
    {"connect.network_interface is for TCP alone", [](auto& o) { o.connect.network_interface = "lo"; },
     false},
    {"proxy is for TCP alone", [](auto& o) { set_socks5(o, "a", 1, "", ""); }, false},
};

const std::string too_long(254, 'a');

/// {host, service}, and why they are refused.
const std::vector<std::pair<std::pair<std::string, std::string>, std::string>> argument_reasons{
    {{"", "80"}, "host is empty"},
    {{std::string(255, 'a'), "80"}, "host is longer than 253 characters"},
    {{too_long, "80"}, "host is longer than 253 characters"},
    {{"a b", "80"}, "host has a space or a control character"},
    {{"a\r\n", "80"}, "host has a space or a control character"},
    {{"a\0b"s, "80"}, "host has a space or a control character"},
    {{"*", "80"}, "host is *, which is not the name of a host"},
    {{"http://example.com", "80"}, "host is a URL; only its host is wanted"},
    {{"https://example.com:443/path", "80"}, "host is a URL; only its host is wanted"},
    {{"http://[::1]", "80"}, "host is a URL; only its host is wanted"},
    {{"127.0.0.1:8081", "80"}, "host includes a port, which belongs in service"},
    {{"example.com:80", "80"}, "host includes a port, which belongs in service"},
    {{"[::1]:80", "80"}, "host includes a port, which belongs in service"},
    {{":80", "80"}, "host includes a port, which belongs in service"},
    {{"::1::", "80"}, "host has a colon and is not an IPv6 address"},
    {{"1:2:3:4:5:6:7:8:9", "80"}, "host has a colon and is not an IPv6 address"},
    {{"example.com:http", "80"}, "host has a colon and is not an IPv6 address"},
    {{"[::1", "80"}, "host has brackets, and they do not enclose an IPv6 address"},
    {{"[192.0.2.1]", "80"}, "host has brackets, and they do not enclose an IPv6 address"},
    {{"fe80::1%4294967296", "80"}, "the scope id of host is neither a number nor the name of an interface"},
    {{"fe80::1%", "80"}, "the scope id of host is neither a number nor the name of an interface"},
    {{"fe80::1%4g", "80"}, "the scope id of host is neither a number nor the name of an interface"},
    {{"2001:db8::1%eth0", "80"},
     "the scope id of host names an interface, and its address is not link-local"},
    {{"fe80::1%no-such-if", "80"}, "the scope id of host names no interface of this machine"},
    {{".", "80"}, "host is a dot alone"},
    {{"127.1", "80"}, "host ends in a number and is not an IPv4 address of four parts"},
    {{"010.0.0.1", "80"}, "host ends in a number and is not an IPv4 address of four parts"},
    {{"a", ""}, "service is empty"},
    {{"a", "8 0"}, "service has a space or a control character"},
    {{"a", "80\n"}, "service has a space or a control character"},
    {{"a", "0"}, "service is a port outside 1 to 65535"},
    {{"a", "65536"}, "service is a port outside 1 to 65535"},
    {{"a", "-1"}, "service is a port outside 1 to 65535"},
    {{"a", std::string(300, '9')}, "service is a port outside 1 to 65535"},
    {{"a", too_long}, "service is longer than 253 characters"},
    {{"a", "*"}, "service is neither a port nor the name of a service"},
    {{"a", "+80"}, "service is neither a port nor the name of a service"},
    {{"a", "-"}, "service is neither a port nor the name of a service"},
    {{"a", "-http"}, "service is neither a port nor the name of a service"},
    {{"a", "80.5"}, "service is neither a port nor the name of a service"},
};

}  // namespace

TEST_CASE("each invalid option has its reason") {
    for (const option_reason& each : option_reasons) {
        client_options options;
        each.apply(options);
        CHECK(uplink::detail::check_options(options, each.is_tcp) == each.expected);
    }
}

TEST_CASE("each invalid host and service has its reason") {
    for (const auto& [arguments, expected] : argument_reasons) {
        INFO("host \"" << arguments.first << "\", service \"" << arguments.second << '"');
        CHECK(uplink::detail::classify(arguments.first, arguments.second).reason == expected);
    }
}

TEST_CASE("a refusal has words only with an error") {
    using uplink::detail::refused_if;
    CHECK_FALSE(refused_if({}, "words"));
    CHECK(refused_if({}, "words").reason.empty());
    CHECK(refused_if(uplink::net::error::access_denied, "words").reason == "words");
}

}  // namespace uplink::tests
