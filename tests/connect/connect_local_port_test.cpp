// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A local port, with which one connect makes several connections to the same proxy, one after the other (faults 22).
#include <uplink/async_client.hpp>

#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/scripted_proxy.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::string_literals;
using tcp = net::ip::tcp;

/// A SOCKS5 proxy on the loopback address that is asked for 192.0.2.1, .2 and .3, and reaches the last alone.
std::vector<server_script> reaches_the_third(bool ends_first) {
    std::vector<server_script> turns;
    for (const char last : {'\1', '\2', '\3'}) {
        const std::string asked = "\5\1\0\1\xc0\0\2"s + last + "\0\x50"s;
        server_script& turn = turns.emplace_back();
        turn.expect(socks5_hello).reply(socks5_hello_answer).expect(asked);
        turn.reply(socks5_reply(last == '\3' ? 0 : 4));
        if (last == '\3') turn.expect_eof().close();
        else if (ends_first) turn.close();
        else turn.until_gone();
    }
    return turns;
}

class local_port_test : public client_test {
public:
    std::uint16_t free_port() { return tcp::acceptor(io, loopback(0)).local_endpoint().port(); }
    static tcp::endpoint loopback(std::uint16_t port) { return {net::ip::address_v4::loopback(), port}; }
};

}  // namespace

TEST_CASE_METHOD(local_port_test, "faults 22: from one local port a proxy is asked for each address in turn",
                 "[connect]") {
    const bool ends_first = GENERATE(false, true);
    CAPTURE(ends_first);
    loopback_server proxy(reaches_the_third(ends_first));
    const std::uint16_t port = free_port();
    async_client<> client(io, {.connect = {.local_addresses = {"127.0.0.1"}, .local_port = port},
                               .proxy = socks5_proxy{.host = "127.0.0.1", .port = proxy.port()}});
    std::vector<tcp::endpoint> servers;
    for (const char* each : {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
        servers.emplace_back(net::ip::make_address(each), std::uint16_t{80});
    completion connected;
    client.async_connect(servers, record(connected));
    run_until(connected);
    CHECK(connected == completed(success));
    CHECK(client.last_connect().attempts.size() == 3);
    for (const auto& each : client.last_connect().attempts) CHECK(each.error == success);
    if (connected.ec) return;
    CHECK(client.local_endpoint() == loopback(port));
    client.close();
}

}  // namespace uplink::tests
