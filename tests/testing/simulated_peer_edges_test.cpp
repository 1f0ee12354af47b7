// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a simulated connection does at its edges: ends that follow each other, limits of nothing, full windows, and
// what comes after a socket is closed. As Linux does it (see simulated_tcp_against_linux_test.cpp).

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::moment;
using uplink::testing::network;

namespace {

constexpr const char* edge_address = "192.0.2.1:80";

/// A connection to a peer that is described first.
struct edge {
    template <class Describe>
    explicit edge(Describe describe) : link(described(net, describe), edge_address) {
        REQUIRE(link.wait());
    }
    template <class Describe> static network& described(network& where, Describe describe) {
        describe(where.endpoint(edge_address));
        return where;
    }
    /// What one read gives: its text, or its error in words.
    std::string read() {
        const std::string text = link.read_all_there_is();
        return link.read.ec ? link.read.ec.message() : text;
    }
    std::string write(std::string_view text) {
        error_code ec;
        const std::size_t count = link.socket.write_some(net::buffer(text.data(), text.size()), ec);
        return ec ? ec.message() : std::to_string(count);
    }

    network net;
    simulated_connection link;
};

std::string words(error_code ec) { return ec.message(); }
using uplink::testing::endpoint;

}  // namespace

TEST_CASE("an end takes as long as a byte") {
    edge it([](endpoint& peer) { peer.latency(5ms).half_close(); });
    CHECK(it.read() == words(net::error::eof));
    CHECK(it.net.elapsed() == 5ms);
}

TEST_CASE("a limit of no bytes ends what a silent peer never began") {
    edge it([](endpoint& peer) { peer.limit(0).silent(); });
    CHECK(it.read() == words(net::error::eof));
}

TEST_CASE("what a peer sends behind its own end does not come") {
    edge it([](endpoint& peer) { peer.half_close().reply("late").silent(); });
    CHECK(it.read() == words(net::error::eof));
    it.net.run();
    CHECK(it.read() == words(net::error::eof));
}

TEST_CASE("no orderly end follows a reset") {
    edge it([](endpoint& peer) { peer.reset_after(2).reply("abc").close(); });
    CHECK(it.read() == "ab");
    it.net.run();
    CHECK(it.read() == words(net::error::connection_reset));
}

TEST_CASE("after the peer's end a reset is the writer's, and reads go on to say eof") {
    edge it([](endpoint& peer) { peer.half_close().after(1ms).reset(); });
    it.net.run();
    CHECK(it.read() == words(net::error::eof));
    CHECK(it.write("x") == words(net::error::broken_pipe));
    CHECK(it.read() == words(net::error::eof));
}

TEST_CASE("an error of a connection is told once") {
    edge it([](endpoint& peer) { peer.reset(); });
    it.net.run();
    CHECK(it.read() == words(net::error::connection_reset));
    CHECK(it.read() == words(net::error::eof));
    CHECK(it.write("x") == words(net::error::broken_pipe));
    CHECK(it.write("x") == words(net::error::broken_pipe));
}

TEST_CASE("a peer that waits for bytes resets a client that ends instead") {
    edge it([](endpoint& peer) { peer.expect("more"); });
    it.link.socket.shutdown(net::socket_base::shutdown_send);
    CHECK(it.read() == words(net::error::connection_reset));
    CHECK(it.net.failures().size() == 1);
}

TEST_CASE("what comes for a socket that is closed is answered with a reset") {
    edge it([](endpoint& peer) { peer.expect_eof().reply("late").after(1ms).expect_eof(); });
    it.link.socket.close();
    it.net.run();
    REQUIRE(it.net.failures().size() == 1);
    CHECK(it.net.failures()[0].find("an orderly end, but the client reset") != std::string::npos);
}

TEST_CASE("a socket whose receiving side is shut down reads an end, and the peer is told nothing") {
    edge it([](endpoint& peer) { peer.expect("x").expect_eof().close(); });
    it.link.start_read();
    it.link.socket.shutdown(net::socket_base::shutdown_receive);
    it.net.run();
    CHECK(it.link.read.ec == net::error::eof);
    CHECK(it.write("x") == "1");
    it.net.run();
    CHECK(it.net.failures().empty());
    CHECK_FALSE(it.net.attempts()[0].finished);
}

TEST_CASE("a peer that echoes reads no more than it can send back") {
    edge it([](endpoint& peer) { peer.window(4).echo(); });
    CHECK(it.write("abcdef") == "4");
    it.net.run();
    CHECK(it.write("efghij") == "4");
    it.net.run();
    CHECK(it.write("ijkl") == words(net::error::would_block));
    CHECK(it.read() == "abcd");
    CHECK(it.read() == "efgh");
    it.net.run();
    CHECK(it.write("ijkl") == "4");
}

TEST_CASE("a failure of a script shows bytes that do not print") {
    edge it([](endpoint& peer) { peer.expect("a"); });
    CHECK(it.write("\xff\n\x7f") == "3");
    it.net.run();
    REQUIRE(it.net.failures().size() == 1);
    CHECK(it.net.failures()[0].find("but \"\\xff\\n\\x7f\" came") != std::string::npos);
}

TEST_CASE("reads and writes of no bytes succeed, on a closed socket too, and need no connection") {
    network net;
    uplink::testing::socket socket(net.get_executor());
    int succeeded = 0;
    const auto note = [&](error_code ec, std::size_t n) { succeeded += !ec && n == 0; };
    socket.async_read_some(net::mutable_buffer(), note);
    socket.async_write_some(net::const_buffer(), note);
    net.run();
    CHECK(succeeded == 2);
}

TEST_CASE("a read that does not wait fails as the plan says, and leaves the bytes") {
    edge it([](endpoint& peer) { peer.reply("text").silent(); });
    it.net.run();
    it.net.fail_operation(it.net.operations(), net::error::timed_out);
    std::array<char, 10> bytes{};
    error_code ec;
    CHECK(it.link.socket.read_some(net::buffer(bytes), ec) == 0);
    CHECK(ec == net::error::timed_out);
    CHECK(it.read() == "text");
}

TEST_CASE("bytes that an action takes just before a read ends are not there for it: it waits on") {
    edge it([](endpoint& peer) { peer.reply("first").after(1ms).reply("second").silent(); });
    std::array<char, 10> bytes{};
    int actions = 0;
    it.net.on_operation(it.net.operations(), moment::completing, [&] {
        error_code ec;
        it.link.socket.read_some(net::buffer(bytes), ec);
        ++actions;
    });
    CHECK(it.read() == "second");
    CHECK(std::string(bytes.data(), 5) == "first");
    CHECK(actions == 1);
}

TEST_CASE("a connect that fails is not recorded as connected") {
    network net;
    net.endpoint(edge_address).refuse(1ms);
    simulated_connection link(net, edge_address);
    CHECK_FALSE(link.wait());
    CHECK_FALSE(net.attempts().at(0).connected);
    CHECK(net.attempts().at(0).end == 1ms);
}

TEST_CASE("a window of nothing is one byte") {
    edge it([](endpoint& peer) { peer.window(0).silent(); });
    CHECK(it.write("ab") == "1");
}

TEST_CASE("an endpoint that is described anew begins with its first description") {
    network net;
    const auto connects = [&net] { return simulated_connection(net, edge_address).wait(); };
    net.endpoint(edge_address).accept().then().refuse();
    CHECK(connects());
    CHECK_FALSE(connects());
    CHECK_FALSE(connects());  // the last stands for all that follow
    net.endpoint(edge_address).clear().accept().then().refuse();
    CHECK(connects());
    CHECK_FALSE(connects());
}

TEST_CASE("text that is no endpoint is refused") {
    network net;
    for (const char* text :
         {"[::1]80", "[::1", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65616", "192.0.2.1:8x"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(net.endpoint(text), std::invalid_argument);
    }
    CHECK_NOTHROW(net.endpoint("[::1]:80"));
    CHECK_NOTHROW(net.endpoint("::1"));
}

}  // namespace uplink::tests
