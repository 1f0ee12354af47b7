// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Each behaviour of a simulated endpoint: how it answers a connect, what happens on the way, its script.

#include <support/catch.hpp>
#include <support/simulated_connection.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using test::error_code;
using test::simulated_connection;
namespace net = uplink::net;
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
        CHECK_FALSE(accepted.connect.done);
        net.run();
        CHECK_FALSE(accepted.connect.ec);
        CHECK(accepted.socket.remote_endpoint() == accepted.remote);
        CHECK(refused.connect.ec == net::error::connection_refused);
        CHECK(failed.connect.ec == net::error::network_unreachable);
        CHECK_FALSE(silent.connect.done);
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
    CHECK(socket.open_attempt(remote, {}, {}) == net::error::no_descriptors);
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
    const uplink::connect_options bound{.local_address = "192.0.2.77", .local_port = 1234};
    CHECK_FALSE(first.open_attempt(v4, bound, {}));
    CHECK(first.local_endpoint() == uplink::testing::detail::parse_endpoint("192.0.2.77:1234"));
    CHECK(second.open_attempt(v4, bound, {}) == net::error::address_in_use);
    first.close();
    CHECK_FALSE(second.open_attempt(v4, bound, {}));
    CHECK(first.open_attempt(uplink::testing::detail::parse_endpoint("[2001:db8::1]:80"), bound, {}) ==
          net::error::address_family_not_supported);
    CHECK_FALSE(first.open_attempt(v4, {}, {}));
    CHECK(first.local_endpoint().port() >= 49152);
    CHECK(first.open_attempt(v4, {}, {}) == net::error::already_open);
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
    CHECK(socket.open_attempt(remote, {}, options) == net::error::access_denied);
    CHECK(told == net::generic::stream_protocol::endpoint(remote));
    options.before_connect = [](auto, const auto&) -> error_code { throw std::runtime_error("hook"); };
    CHECK_THROWS_AS(socket.open_attempt(remote, {}, options), std::runtime_error);
    CHECK_FALSE(socket.is_open());
    CHECK(net.open_sockets() == 0);
    CHECK(net.attempts()[1].error == net::error::operation_aborted);
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

TEST_CASE("a script is a conversation, with pauses on virtual time") {
    network net;
    net.endpoint(address)
        .reply("hello\r\n")
        .expect("PING\r\n")
        .after(2s)
        .reply("PONG\r\n")
        .expect_eof()
        .close();
    simulated_connection link(net, address);
    REQUIRE(link.wait());
    CHECK(link.read_all_there_is() == "hello\r\n");
    link.start_write("PI");
    net.run();
    link.start_write("NG\r\n");
    CHECK(link.read_all_there_is() == "PONG\r\n");
    CHECK(net.elapsed() == 2s);
    CHECK_FALSE(net.attempts()[0].finished);
    link.socket.shutdown(net::socket_base::shutdown_send);
    CHECK(link.read_all_there_is().empty());
    CHECK(link.read.ec == net::error::eof);
    CHECK(net.failures().empty());
    CHECK(net.attempts()[0].finished);
    CHECK(net.attempts()[0].received == "PING\r\n");
    CHECK(net.attempts()[0].written == 6);
    CHECK(net.attempts()[0].read == 13);
}

TEST_CASE("a departure from the script is recorded, and resets the connection") {
    const auto failure = [](auto describe, std::string_view bytes, bool ends) {
        network net;
        describe(net.endpoint(address));
        simulated_connection link(net, address);
        link.wait();
        link.start_write(bytes);
        net.run();
        if (ends) link.socket.close();
        net.run();
        CHECK(net.failures().size() == 1);
        return net.failures().empty() ? std::string() : net.failures()[0];
    };
    using endpoint = uplink::testing::endpoint;
    CHECK(failure([](endpoint& it) { it.expect("PING\r\n"); }, "PONG\x01", false) ==
          "192.0.2.1:80: expected \"PING\\r\\n\", but \"PONG\\x01\" came");
    CHECK(failure([](endpoint& it) { it.expect("PING"); }, "PI", true) ==
          "192.0.2.1:80: expected \"NG\", but the client ended");
    CHECK(failure([](endpoint& it) { it.expect_bytes(5); }, "1234", true) ==
          "192.0.2.1:80: expected 1 bytes more, but the client ended");
    CHECK(failure([](endpoint& it) { it.expect_eof(); }, "more", false) ==
          "192.0.2.1:80: expected the end, but \"more\" came");
    CHECK(failure([](endpoint& it) { it.expect_bytes(4).reply("x").expect_eof(); }, "1234", true) ==
          "192.0.2.1:80: expected an orderly end, but the client reset the connection");
    CHECK(failure([](endpoint& it) { it.expect("1"); }, "12", false) ==
          "192.0.2.1:80: the script is over, but \"2\" came");
}

TEST_CASE("a departure from the script shows at the client as a reset") {
    network net;
    net.endpoint(address).expect("PING");
    simulated_connection link(net, address);
    REQUIRE(link.wait());
    link.start_write("x");
    CHECK(link.read_all_there_is().empty());
    CHECK(link.read.ec == net::error::connection_reset);
}

TEST_CASE("echo returns all bytes through a window of any size, then FIN") {
    for (const std::size_t window : {std::size_t{1}, std::size_t{7}, std::size_t{65536}}) {
        network net;
        net.endpoint(address).window(window).echo();
        simulated_connection link(net, address);
        REQUIRE(link.wait());
        const std::string text = "the quick brown fox jumps over the lazy dog";
        std::string_view rest = text;
        std::string got;
        while (got.size() != text.size()) {
            if (!rest.empty()) {
                link.start_write(rest);
                net.run();
                if (link.write.done) rest.remove_prefix(link.write.count);
            }
            got += link.read_all_there_is(3);
            net.run();
            if (!link.write.done) link.socket.cancel();
            net.run();
        }
        CHECK(got == text);
        link.socket.shutdown(net::socket_base::shutdown_send);
        link.read_all_there_is();
        CHECK(link.read.ec == net::error::eof);
    }
}

TEST_CASE("silent takes everything, deaf takes nothing and fills the window") {
    network net;
    net.endpoint("192.0.2.1").window(10).silent();
    net.endpoint("192.0.2.2").window(10).deaf();
    net.endpoint("192.0.2.3").window(10);
    const std::string text(25, 'x');
    std::vector<std::size_t> taken;
    for (const char* where : {"192.0.2.1:80", "192.0.2.2:80", "192.0.2.3:80"}) {
        simulated_connection link(net, where);
        link.wait();
        std::size_t total = 0;
        for (int i = 0; i != 3; ++i) {
            link.start_write(std::string_view(text).substr(total));
            net.run();
            total += link.write.count;
            if (!link.write.done) break;
        }
        taken.push_back(total);
    }
    CHECK(taken == std::vector<std::size_t>{25, 10, 25});
    CHECK(net.attempts()[1].received.size() == 10);
}

TEST_CASE("split, pace, latency, limit and reset_after shape what the peer sends") {
    network net;
    net.endpoint(address).accept(1s).latency(100ms).split(3).pace(10ms).limit(8).reply("0123456789");
    simulated_connection link(net, address);
    REQUIRE(link.wait());
    strings got;
    for (int i = 0; i != 4; ++i) {
        const std::string piece = link.read_all_there_is();
        got.push_back((link.read.ec == net::error::eof ? "eof" : piece) + "@" +
                      std::to_string(net.elapsed() / 1ms));
    }
    CHECK(got == strings{"012@1110", "345@1120", "67@1130", "eof@1130"});

    for (const std::size_t count : {std::size_t{0}, std::size_t{4}, std::size_t{10}}) {
        net.endpoint(address).clear().reset_after(count).reply("0123456789");
        simulated_connection cut(net, address);
        REQUIRE(cut.wait());
        if (count != 0) CHECK(cut.read_all_there_is().size() == count);
        CHECK(cut.read_all_there_is().empty());
        CHECK(cut.read.ec == net::error::connection_reset);
    }
}

TEST_CASE("a peer that sends faster than it is read waits for the window") {
    network net;
    net.endpoint(address).window(100).reply(std::string(1000, 'x')).half_close();
    simulated_connection link(net, address);
    REQUIRE(link.wait());
    std::string all;
    std::size_t most = 0;
    do {
        net.run();
        const std::string piece = link.read_all_there_is(2000);
        most = std::max(most, piece.size());
        all += piece;
    } while (!link.read.ec);
    CHECK(all == std::string(1000, 'x'));
    CHECK(most == 100);
    CHECK(link.read.ec == net::error::eof);
}
