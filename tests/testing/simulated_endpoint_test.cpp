// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How a simulated endpoint answers a connect, and what becomes of the socket that tried.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::network;

namespace {

using strings = std::vector<std::string>;
constexpr const char* address = "192.0.2.1:80";

}  // namespace

TEST_CASE("an endpoint accepts, refuses, fails or says nothing, at its time, and the attempt is recorded") {
    network net;
    net.endpoint("192.0.2.1").accept(10ms);
    net.endpoint("192.0.2.2").refuse(20ms);
    net.endpoint("192.0.2.3").fail(net::error::network_unreachable, 30ms);
    net.endpoint("192.0.2.4").black_hole();
    {
        simulated_connection accepted(net, "192.0.2.1:80");
        simulated_connection refused(net, "192.0.2.2:80");
        simulated_connection failed(net, "192.0.2.3:80");
        simulated_connection silent(net, "192.0.2.4:80");
        CHECK(net.open_sockets() == 4);
        CHECK_FALSE(accepted.connect);
        net.run();
        CHECK_FALSE(accepted.connect.ec);
        CHECK(accepted.socket.remote_endpoint() == accepted.remote);
        CHECK(refused.connect.ec == net::error::connection_refused);
        CHECK(failed.connect.ec == net::error::network_unreachable);
        CHECK_FALSE(silent.connect);
        CHECK(net.pending_operations() == 1);
    }
    net.run_for(70ms);
    REQUIRE(net.attempts().size() == 4);
    CHECK(net.attempts()[0].connected);
    CHECK(net.attempts()[0].end == 10ms);
    CHECK(net.attempts()[0].closed == 30ms);
    CHECK(net.attempts()[1].end == 20ms);
    CHECK(net.attempts()[1].error == net::error::connection_refused);
    CHECK(net.attempts()[3].end == 30ms);
    CHECK(net.attempts()[3].error == net::error::operation_aborted);
    CHECK(net.open_sockets() == 0);
    CHECK(net.peak_sockets() == 4);
}

TEST_CASE("a socket that cannot be opened fails at once and is never open") {
    network net;
    net.endpoint(address).cannot_open(net::error::no_descriptors);
    uplink::testing::socket socket(net.get_executor());
    const auto remote = uplink::testing::detail::parse_endpoint(address);
    CHECK(socket.open_socket(remote, {}, {}) == net::error::no_descriptors);
    CHECK_FALSE(socket.is_open());
    CHECK(net.peak_sockets() == 0);
    REQUIRE(net.attempts().size() == 1);
    CHECK(net.attempts()[0].end == 0ms);
    CHECK(net.attempts()[0].error == net::error::no_descriptors);
}

TEST_CASE("a self-connection has one endpoint at both ends") {
    network net;
    net.endpoint(address).self_connect(5ms);
    simulated_connection link(net, address);
    REQUIRE(link.wait());
    CHECK(link.socket.local_endpoint() == link.socket.remote_endpoint());
    CHECK(net.elapsed() == 5ms);
}

TEST_CASE("local address and port: bound as asked, refused where busy or of the other family") {
    network net;
    net.elsewhere().black_hole();
    const auto v4 = uplink::testing::detail::parse_endpoint(address);
    uplink::testing::socket first(net.get_executor());
    uplink::testing::socket second(net.get_executor());
    const uplink::connect_options bound{.local_addresses = {"192.0.2.77"}, .local_port = 1234};
    CHECK_FALSE(first.open_socket(v4, bound, {}));
    CHECK(first.local_endpoint() == uplink::testing::detail::parse_endpoint("192.0.2.77:1234"));
    CHECK(second.open_socket(v4, bound, {}) == net::error::address_in_use);
    first.close();
    CHECK_FALSE(second.open_socket(v4, bound, {}));
    CHECK(first.open_socket(uplink::testing::detail::parse_endpoint("[2001:db8::1]:80"), bound, {}) ==
          net::error::address_family_not_supported);
    CHECK_FALSE(first.open_socket(v4, {}, {}));
    CHECK(first.local_endpoint().port() >= 49152);
    CHECK(first.open_socket(v4, {}, {}) == net::error::already_open);
}

TEST_CASE("before_connect is told the endpoint, and its error or exception fails the attempt alone") {
    network net;
    const auto remote = uplink::testing::detail::parse_endpoint(address);
    uplink::testing::socket socket(net.get_executor());
    uplink::socket_options options;
    net::generic::stream_protocol::endpoint told;
    options.before_connect = [&](auto handle, const auto& endpoint) -> error_code {
        CHECK(handle == -1);
        told = endpoint;
        return net::error::access_denied;
    };
    CHECK(socket.open_socket(remote, {}, options) == net::error::access_denied);
    CHECK(told == net::generic::stream_protocol::endpoint(remote));
    options.before_connect = [](auto, const auto&) -> error_code { throw std::runtime_error("hook"); };
    CHECK(socket.open_socket(remote, {}, options) == net::error::connection_aborted);  // as on a real socket
    CHECK_FALSE(socket.is_open());
    CHECK(net.open_sockets() == 0);
    CHECK(net.attempts()[1].error == net::error::connection_aborted);
}

TEST_CASE("the record of an attempt keeps the options, and not the hook with what it owns") {
    network net;
    const auto witness = std::make_shared<int>();
    uplink::testing::socket socket(net.get_executor());
    uplink::socket_options options;
    options.dscp = 46;
    options.before_connect = [witness](auto, const auto&) { return error_code(); };
    CHECK_FALSE(socket.open_socket(uplink::testing::detail::parse_endpoint(address), {}, options));
    options = {};
    CHECK(net.attempts()[0].options.dscp == 46);
    CHECK(witness.use_count() == 1);
}

TEST_CASE("reset_on_close and unread bytes end the connection with RST, else it ends with FIN") {
    network net;
    net.endpoint(address).reply("data").silent();
    const auto remote = uplink::testing::detail::parse_endpoint(address);
    for (const bool reads : {true, false}) {
        for (const bool resets : {true, false}) {
            uplink::testing::socket socket(net.get_executor());
            CHECK_FALSE(socket.open_socket(remote, {}, {.reset_on_close = resets}));
            socket.async_connect(remote, [](error_code) {});
            net.run();
            std::array<char, 9> bytes{};
            error_code ec;
            if (reads) CHECK(socket.read_some(net::buffer(bytes), ec) == 4);
            socket.close();
            CHECK(net.attempts().back().reset == (resets || !reads));
        }
    }
}

TEST_CASE("then() describes the next connection, and the last description stays") {
    network net;
    net.endpoint(address).refuse().then().accept().reply("second").then().accept().reply("later");
    strings got;
    for (int i = 0; i != 4; ++i) {
        simulated_connection link(net, address);
        got.push_back(link.wait() ? link.read_all_there_is() : "refused");
    }
    CHECK(got == strings{"refused", "second", "later", "later"});
    net.endpoint(address).clear().accept().reply("new");
    simulated_connection link(net, address);
    CHECK(link.wait());
    CHECK(link.read_all_there_is() == "new");
}

}  // namespace uplink::tests
