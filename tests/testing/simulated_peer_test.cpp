// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a simulated peer does to a connection: its script, and what happens to bytes on the way.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::network;

namespace {

using strings = std::vector<std::string>;
constexpr const char* peer_address = "192.0.2.1:80";

}  // namespace

TEST_CASE("a script is a conversation, with pauses on virtual time") {
    network net;
    net.endpoint(peer_address)
        .reply("hello\r\n")
        .expect("PING\r\n")
        .after(2s)
        .reply("PONG\r\n")
        .expect_eof()
        .close();
    simulated_connection link(net, peer_address);
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
        describe(net.endpoint(peer_address));
        simulated_connection link(net, peer_address);
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
    net.endpoint(peer_address).expect("PING");
    simulated_connection link(net, peer_address);
    REQUIRE(link.wait());
    link.start_write("x");
    CHECK(link.read_all_there_is().empty());
    CHECK(link.read.ec == net::error::connection_reset);
}

TEST_CASE("echo returns all bytes through a window of any size, then FIN") {
    for (const std::size_t window : {std::size_t{1}, std::size_t{7}, std::size_t{65536}}) {
        network net;
        net.endpoint(peer_address).window(window).echo();
        simulated_connection link(net, peer_address);
        REQUIRE(link.wait());
        const std::string text = "the quick brown fox jumps over the lazy dog";
        std::string_view rest = text;
        std::string got;
        while (got.size() != text.size()) {
            if (!rest.empty()) {
                link.start_write(rest);
                net.run();
                if (link.write) rest.remove_prefix(link.write.n);
            }
            got += link.read_all_there_is(3);
            net.run();
            if (!link.write) link.socket.cancel();
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
            total += link.write.n;
            if (!link.write) break;
        }
        taken.push_back(total);
    }
    CHECK(taken == std::vector<std::size_t>{25, 10, 25});
    CHECK(net.attempts()[1].received.size() == 10);
}

TEST_CASE("split, pace, latency, limit and reset_after shape what the peer sends") {
    network net;
    net.endpoint(peer_address).accept(1s).latency(100ms).split(3).pace(10ms).limit(8).reply("0123456789");
    simulated_connection link(net, peer_address);
    REQUIRE(link.wait());
    strings got;
    for (int i = 0; i != 4; ++i) {
        const std::string piece = link.read_all_there_is();
        got.push_back((link.read.ec == net::error::eof ? "eof" : piece) + "@" +
                      std::to_string(net.elapsed() / 1ms));
    }
    CHECK(got == strings{"012@1110", "345@1120", "67@1130", "eof@1130"});

    for (const std::size_t count : {std::size_t{0}, std::size_t{4}, std::size_t{10}}) {
        net.endpoint(peer_address).clear().reset_after(count).reply("0123456789");
        simulated_connection cut(net, peer_address);
        REQUIRE(cut.wait());
        if (count != 0) CHECK(cut.read_all_there_is().size() == count);
        CHECK(cut.read_all_there_is().empty());
        CHECK(cut.read.ec == net::error::connection_reset);
    }
}

TEST_CASE("a peer that sends faster than it is read waits for the window") {
    network net;
    net.endpoint(peer_address).window(100).reply(std::string(1000, 'x')).half_close();
    simulated_connection link(net, peer_address);
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

}  // namespace uplink::tests
