// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A socket is examined and taken over, on loopback and between the two ends of a pair.
#include <uplink/detail/system/take_over.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <utility>

namespace uplink::tests {

namespace {

using local = net::local::stream_protocol;
using net::ip::tcp;

/// Two ends of one TCP connection on loopback.
struct tcp_pair {
    explicit tcp_pair(net::io_context& io) : ours(io), theirs(io) {
        net::ip::tcp::acceptor listener(io, tcp::endpoint(net::ip::address_v4::loopback(), 0));
        ours.connect(listener.local_endpoint());
        listener.accept(theirs);
    }
    tcp::socket ours;
    tcp::socket theirs;
};

template <class Socket> std::string_view reason_against(Socket& socket) {
    typename Socket::endpoint_type peer;
    const detail::socket_verdict verdict = detail::examine_connected(socket, peer);
    CHECK(verdict.why.error == (verdict.why ? error_code(net::error::invalid_argument) : error_code()));
    CHECK_FALSE(verdict.broken);
    return verdict.why.reason;
}

int option(tcp::socket& socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(socket.native_handle(), level, name, &value, &size);
    return value;
}

}  // namespace

TEST_CASE_METHOD(client_test, "a connected socket is found fit, with its peer", "[handed]") {
    tcp_pair pair(io);
    tcp::endpoint peer;
    const detail::socket_verdict verdict = detail::examine_connected(pair.ours, peer);
    CHECK_FALSE(verdict.why);
    CHECK_FALSE(verdict.broken);
    CHECK(peer == pair.theirs.local_endpoint());
}

TEST_CASE_METHOD(client_test, "both ends of a socketpair are fit, and their peers have no name", "[handed]") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    local::socket one(io, local(), ends[0]);
    local::socket other(io, local(), ends[1]);
    CHECK(reason_against(one).empty());
    CHECK(reason_against(other).empty());
}

TEST_CASE_METHOD(client_test, "what is no connected stream socket of the protocol is no argument",
                 "[handed]") {
    tcp::socket closed(io);
    CHECK(reason_against(closed) == "the socket is not open");
    tcp::socket opened(io, tcp::v4());
    CHECK(reason_against(opened) == "the socket is not connected");
    net::ip::tcp::acceptor listener(io, tcp::endpoint(net::ip::address_v4::loopback(), 0));
    tcp::socket listening(io, tcp::v4(), ::dup(listener.native_handle()));
    CHECK(reason_against(listening) == "the socket is not connected");
    tcp::socket datagrams(io, tcp::v4(), ::socket(AF_INET, SOCK_DGRAM, 0));
    CHECK(reason_against(datagrams) == "the descriptor is not a stream socket");
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    tcp::socket a_pipe(io, tcp::v4(), ends[0]);
    CHECK(reason_against(a_pipe) == "the descriptor is not a stream socket");
    ::close(ends[1]);
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    tcp::socket of_another_family(io, tcp::v4(), ends[0]);
    CHECK(reason_against(of_another_family) == "the socket is of another protocol than the client's stream");
    ::close(ends[1]);
}

TEST_CASE_METHOD(client_test, "a socket that was reset tells its own error, before it is asked for its peer",
                 "[handed]") {
    tcp_pair pair(io);
    pair.theirs.set_option(net::socket_base::linger(true, 0));
    pair.theirs.close();
    REQUIRE(wait_until_gone(pair.ours.native_handle()));
    tcp::endpoint peer;
    const detail::socket_verdict verdict = detail::examine_connected(pair.ours, peer);
    CHECK_FALSE(verdict.why);
    CHECK(verdict.broken == was_reset);
    CHECK(reason_against(pair.ours) == "the socket is not connected");  // the system tells it once
}

TEST_CASE_METHOD(client_test, "only the descriptor is taken: the new socket is on its own context",
                 "[handed]") {
    net::io_context other;
    tcp_pair pair(other);
    const int descriptor = pair.ours.native_handle();
    REQUIRE(::fcntl(descriptor, F_SETFD, 0) == 0);
    char byte = 0;
    completion pending;
    pair.ours.async_read_some(net::buffer(&byte, 1), record(pending));
    tcp::endpoint peer = pair.ours.remote_endpoint();
    tcp::socket taken(io);
    CHECK_FALSE(detail::take_over(taken, std::move(pair.ours), peer, {}));
    CHECK_FALSE(pair.ours.is_open());
    CHECK(taken.native_handle() == descriptor);
    CHECK(::fcntl(descriptor, F_GETFD) == FD_CLOEXEC);
    other.run();
    CHECK(pending == completed(aborted, 0));
    completion read;
    taken.async_read_some(net::buffer(&byte, 1), record(read));
    pair.theirs.write_some(net::buffer("x", 1));
    run();
    CHECK(read.calls == 1);
    CHECK(read.n == 1);
}

TEST_CASE_METHOD(client_test, "the options that a connected socket can have are set, the others are not",
                 "[handed]") {
    tcp_pair pair(io);
    const tcp::endpoint peer = pair.ours.remote_endpoint();
    bool is_called = false;
    socket_options options{.keep_alive = keep_alive_options{},
                           .user_timeout = std::chrono::milliseconds(4321),
                           .dscp = 10,
                           .reset_on_close = true};
    options.before_connect = [&](auto, const auto&) {
        is_called = true;
        return error_code();
    };
    tcp::socket taken(io);
    REQUIRE_FALSE(detail::take_over(taken, std::move(pair.ours), peer, options));
    CHECK(option(taken, IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK(option(taken, SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(option(taken, IPPROTO_TCP, TCP_USER_TIMEOUT) == 4321);
    CHECK(option(taken, IPPROTO_IP, IP_TOS) == 40);
    CHECK(option(taken, SOL_SOCKET, SO_LINGER) == 1);
    CHECK_FALSE(is_called);
}

}  // namespace uplink::tests
