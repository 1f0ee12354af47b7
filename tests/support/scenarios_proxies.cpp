// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The scenarios of the fault driver that go through a proxy. The proxies count what they are asked and do not look at
// it, so that each serves the driver's own connect too.

#include "support/fault_driver.hpp"
#include "support/scripted_proxy.hpp"

#include <chrono>
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

}  // namespace

std::vector<scenario> proxy_scenarios() {
    scripted_proxy socks5 = socks5_with_user();
    socks5.turns.back().asked = socks5_request_v4("1234", 7);
    scripted_proxy http = http_with_user();
    http.turns.back().asked =
        http_request("192.0.2.88:7", "Proxy-Authorization: Basic dGhlLXVzZXI6dGhlLXNlY3JldA==\r\n");
    return {through("an exchange through a SOCKS5 proxy", socks5),
            through("an exchange through an HTTP proxy", http)};
}

}  // namespace uplink::tests
