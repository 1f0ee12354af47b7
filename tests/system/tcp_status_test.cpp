// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is left of a connection after an end of stream: the peer's half alone is gone, or all of it.
#include <uplink/detail/system/tcp_status.hpp>

#include "support/catch.hpp"

#include <string>

namespace uplink::tests {

using uplink::detail::fill_tcp_info;
using uplink::detail::peer_gone;
using tcp = net::ip::tcp;
using local_protocol = net::local::stream_protocol;

namespace {

struct tcp_pair {
    net::io_context context;
    tcp::socket socket{context};
    tcp::socket peer{context};

    tcp_pair() {
        tcp::acceptor acceptor(context, {net::ip::address_v4::loopback(), 0});
        socket.connect(acceptor.local_endpoint());
        acceptor.accept(peer);
    }
};

// The two ends of a socketpair() are named by no file.
struct local_pair {
    net::io_context context;
    local_protocol::socket socket{context};
    local_protocol::socket peer{context};

    local_pair() {
        int handles[2] = {-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, handles) == 0);
        socket.assign(local_protocol(), handles[0]);
        peer.assign(local_protocol(), handles[1]);
    }
};

// Blocks until there is a byte, an end or an error.
template <class Socket> error_code read_byte(Socket& socket) {
    char byte = 0;
    error_code ec;
    socket.read_some(net::buffer(&byte, 1), ec);
    return ec;
}

template <class Socket> error_code write_byte(Socket& socket) {
    error_code ec;
    socket.write_some(net::buffer("x", 1), ec);
    return ec;
}

}  // namespace

TEST_CASE("after a FIN a TCP connection still has its peer") {
    tcp_pair pair;
    CHECK_FALSE(peer_gone(pair.socket));
    pair.peer.shutdown(tcp::socket::shutdown_send);
    CHECK(read_byte(pair.socket) == net::error::eof);
    CHECK_FALSE(peer_gone(pair.socket));
    CHECK(!write_byte(pair.socket));
    CHECK(!read_byte(pair.peer));
}

TEST_CASE("an end of stream that hides a reset shows that the TCP peer is gone") {
    tcp_pair pair;
    pair.peer.set_option(net::socket_base::linger(true, 0));
    pair.peer.close();
    CHECK(read_byte(pair.socket) == net::error::connection_reset);
    CHECK(read_byte(pair.socket) == net::error::eof);  // the error is told once
    CHECK(peer_gone(pair.socket));
}

TEST_CASE("a TCP peer that closed in an orderly way is not gone until it resets") {
    tcp_pair pair;
    pair.peer.close();
    CHECK(read_byte(pair.socket) == net::error::eof);
    CHECK_FALSE(peer_gone(pair.socket));
}

TEST_CASE("a local peer that closed is gone, one that shut down its sending is not") {
    local_pair pair;
    CHECK_FALSE(peer_gone(pair.socket));
    pair.peer.shutdown(local_protocol::socket::shutdown_send);
    CHECK(read_byte(pair.socket) == net::error::eof);
    CHECK_FALSE(peer_gone(pair.socket));
    CHECK(!write_byte(pair.socket));
    CHECK(!read_byte(pair.peer));
    pair.peer.close();
    CHECK(peer_gone(pair.socket));
}

TEST_CASE("of a closed socket nothing is told") {
    tcp_pair pair;
    pair.socket.close();
    local_pair local;
    local.socket.close();
    CHECK_FALSE(peer_gone(pair.socket));
    CHECK_FALSE(peer_gone(local.socket));
    connection_stats stats;
    fill_tcp_info(pair.socket, stats);
    CHECK_FALSE(stats.rtt);
    CHECK_FALSE(stats.retransmits);
}

TEST_CASE("Linux tells the round trip time and the retransmits of a TCP connection") {
    tcp_pair pair;
    CHECK(!write_byte(pair.socket));
    CHECK(!read_byte(pair.peer));
    connection_stats stats;
    stats.bytes_sent = 1;
    fill_tcp_info(pair.socket, stats);
#if defined(__linux__)
    REQUIRE(stats.rtt);
    CHECK(stats.rtt->count() > 0);
    REQUIRE(stats.retransmits);
    CHECK(*stats.retransmits == 0);
#else
    CHECK_FALSE(stats.rtt);
#endif
    CHECK(stats.bytes_sent == 1);
}

TEST_CASE("a local connection has no such numbers") {
    local_pair pair;
    connection_stats stats;
    fill_tcp_info(pair.socket, stats);
    CHECK_FALSE(stats.rtt);
    CHECK_FALSE(stats.retransmits);
}

}  // namespace uplink::tests
