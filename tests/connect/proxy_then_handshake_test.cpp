// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// async_connect through a proxy if the stream shakes hands: with the server, behind the proxy's reply.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/connect_completion.hpp"
#include "support/handshaking_stream.hpp"
#include "support/scripted_proxy.hpp"

#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE("a handshake follows the proxy's reply, is told the server's name, and has the same limit") {
    for (const scripted_proxy& proxy : all_proxies()) {
        INFO(proxy.name);
        for (const bool in_time : {true, false}) {
            uplink::testing::network net;
            proxy.describe(net).after(5ms).expect("hello server.test;").after(20ms).reply("welcome;");
            handshaking_client client(net.get_executor(), proxy.client());
            connect_completion connect;
            client.async_connect("server.test", "80", in_time ? 1s : 16ms, connect.handler(net));
            net.run();
            CHECK(connect.ec == (in_time ? error_code() : error_code(errc::handshake_timeout)));
            CHECK(connect.open == (in_time ? 1 : 0));
            if (in_time) CHECK(client.last_connect().handshake == 25ms);
            CHECK(client.last_connect().proxy == 0ms);
            CHECK(client.last_connect().proxy_status == proxy.status);
        }
    }
}

TEST_CASE(
    "faults 94: bytes that come before the handshake has begun are the handshake's, and never the user's") {
    for (scripted_proxy proxy : all_proxies()) {
        INFO(proxy.name);
        uplink::testing::network net;
        proxy.turns.back().answer += "injected";  // as many bytes as the handshake reads
        proxy.describe(net).silent();
        uplink::async_client<handshaking_stream> client(net.get_executor(), proxy.client());
        connect_completion connect;
        client.async_connect("server.test", "80", connect.handler(net));
        net.run();
        CHECK(connect == not_established(errc::proxy_protocol_error));
        CHECK(client.state().empty());
        CHECK(client.last_connect().reason.empty());  // it is not the proxy's
    }
}

}  // namespace uplink::tests
