// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/scripted_proxy.hpp"

#include <chrono>

namespace uplink::tests {

std::string scripted_proxy::endpoint() const { return "192.0.2.9:" + port; }

std::string scripted_proxy::asked() const {
    std::string all;
    for (const proxy_turn& each : turns) all += each.asked;
    return all;
}

std::string scripted_proxy::answers() const {
    std::string all;
    for (const proxy_turn& each : turns) all += each.answer;
    return all;
}

testing::endpoint& scripted_proxy::talk(testing::endpoint& peer) const {
    for (const proxy_turn& each : turns) peer.expect(each.asked).reply(each.answer);
    return peer;
}

testing::endpoint& scripted_proxy::describe(testing::network& net) const {
    net.host("proxy.test").v4({"192.0.2.9"});
    return talk(net.endpoint(endpoint()).accept(std::chrono::milliseconds(1)));
}

client_options scripted_proxy::client() const { return {.proxy = options}; }

std::string socks5_reply(int code) {
    return std::string("\5") + static_cast<char>(code) + std::string("\0\1\1\2\3\4\0\x50", 8);
}

std::string socks5_request(const std::string& name, unsigned port) {
    return std::string("\5\1\0\3", 4) + static_cast<char>(name.size()) + name +
           static_cast<char>(port >> 8U) + static_cast<char>(port & 0xffU);
}

std::string socks5_request_v4(const std::string& bytes, unsigned port) {
    return std::string("\5\1\0\1", 4) + bytes + static_cast<char>(port >> 8U) +
           static_cast<char>(port & 0xffU);
}

std::string http_request(const std::string& server, const std::string& more) {
    return "CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n" + more + "\r\n";
}

scripted_proxy socks5_without_user() {
    return {"SOCKS5",
            socks5_proxy{.host = "proxy.test"},
            "1080",
            {{socks5_hello, socks5_hello_answer}, {socks5_request("server.test", 80), socks5_reply(0)}}};
}

scripted_proxy socks5_with_user() {
    return {"SOCKS5 with a user",
            socks5_proxy{.host = "proxy.test", .user = "the-user", .password = "the-secret"},
            "1080",
            {{std::string("\5\2\0\2", 4), "\5\2"},
             {"\1\x08the-user\x0athe-secret", std::string("\1\0", 2)},
             {socks5_request("server.test", 80), socks5_reply(0)}}};
}

scripted_proxy http_without_user() {
    return {
        "HTTP", http_proxy{.host = "proxy.test"}, "3128", {{http_request("server.test:80"), http_ok}}, 200};
}

scripted_proxy http_with_user() {
    return {"HTTP with a user",
            http_proxy{.host = "proxy.test", .user = "the-user", .password = "the-secret"},
            "3128",
            {{http_request("server.test:80", "Proxy-Authorization: Basic dGhlLXVzZXI6dGhlLXNlY3JldA==\r\n"),
              "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 Yes\r\nContent-Length: 5\r\nVia: a\r\n b\r\n\r\n"}},
            204};
}

std::vector<scripted_proxy> all_proxies() {
    return {socks5_without_user(), socks5_with_user(), http_without_user(), http_with_user()};
}

}  // namespace uplink::tests
