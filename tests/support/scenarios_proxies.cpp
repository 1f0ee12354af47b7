// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The scenarios of the fault driver that go through a proxy. The proxies count what they are asked and do not look at it,
// so that each serves the driver's own connect too.

#include "support/fault_driver.hpp"
#include "support/scripted_proxy.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// A request for any other address of four bytes, and port of as many digits, is as long.
constexpr const char* server_host = "192.0.2.88";
constexpr const char* server_port = "7";

scenario through(std::string name, const scripted_proxy& proxy) {
    return {.name = std::move(name),
            .describe =
                [proxy](uplink::testing::network& net) {
                    net.host("proxy.test").v4({"192.0.2.9"}, 1ms);
                    auto& peer = net.endpoint(proxy.endpoint()).accept(1ms).latency(1ms);
                    for (const proxy_turn& each : proxy.turns)
                        peer.expect_bytes(each.asked.size()).reply(each.answer);
                    peer.echo();
                },
            .start =
                [](client_run& talk) {
                    talk.connect_by_name(server_host, server_port, [&talk](const operation&) {
                        talk.exchange_to_end("hello", [&talk](const operation&) { talk.close_gracefully(); });
                    });
                },
            .inbound = {},
            .options = proxy.client(),
            .bytes_for_proxy = proxy.asked().size()};
}

/// The first address is refused, so that the second needs another connection.
scenario through_at_second_attempt() {
    const std::string request = socks5_request_v4("1234", 7);
    return {.name = "an address that a SOCKS5 proxy does not reach, and another",
            .describe =
                [request](uplink::testing::network& net) {
                    net.host("server.test").v4({"192.0.2.1", "192.0.2.2"}, 1ms);
                    net.host("proxy.test").v4({"192.0.2.9"}, 1ms);
                    net.endpoint("192.0.2.9:1080")
                        .accept()
                        .expect_bytes(socks5_hello.size())
                        .reply(socks5_hello_answer)
                        .expect_bytes(request.size())
                        .reply(socks5_reply(5))
                        .close()
                        .then()
                        .accept()
                        .expect_bytes(socks5_hello.size())
                        .reply(socks5_hello_answer)
                        .expect_bytes(request.size())
                        .reply(socks5_reply(0))
                        .echo();
                },
            .start =
                [](client_run& talk) {
                    talk.connect_by_name("server.test", "7",
                                         [&talk](const operation&) { talk.close_gracefully(); });
                },
            .inbound = {},
            .options = {.proxy = socks5_proxy{.host = "proxy.test", .remote_dns = false}},
            .repeats = false,  // the second connect is served at once
            .bytes_for_proxy = socks5_hello.size() + request.size()};
}

}  // namespace

std::vector<scenario> proxy_scenarios() {
    scripted_proxy socks5 = socks5_with_user();
    socks5.turns.back().asked = socks5_request_v4("1234", 7);
    scripted_proxy http = http_with_user();
    http.turns.back().asked =
        http_request("192.0.2.88:7", "Proxy-Authorization: Basic dGhlLXVzZXI6dGhlLXNlY3JldA==\r\n");
    return {through("an exchange through a SOCKS5 proxy", socks5),
            through("an exchange through an HTTP proxy", http), through_at_second_attempt()};
}

}  // namespace uplink::tests
