// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The socket of one attempt: each option as the kernel then has it, and each failure with its code and nothing
// left open. Everything happens on this machine's loopback interface.
#include <uplink/detail/system/open_socket.hpp>

#include "support/catch.hpp"
#include "support/descriptors.hpp"

#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::detail::open_socket;
using tcp = net::ip::tcp;
using local_protocol = net::local::stream_protocol;

namespace {

int option(int handle, int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    return ::getsockopt(handle, level, name, &value, &size) == 0 ? value : -errno;
}

error_code system_code(int number) { return {number, net::error::get_system_category()}; }

tcp::endpoint at(const char* address, unsigned short port) { return {net::ip::make_address(address), port}; }

// One socket opened with the options that a test sets; failure must leave no descriptor behind.
struct attempt {
    net::io_context context;
    tcp::socket socket{context};
    connect_options connect{};
    socket_options options{};
    tcp::endpoint remote = at("127.0.0.1", 9);

    error_code open() {
        const std::size_t before = open_descriptors();
        const uplink::detail::refusal why = open_socket(socket, remote, connect, options);
        CHECK(socket.is_open() == !why);
        CHECK(open_descriptors() == before + (why ? 0 : 1));
        reason = why.reason;
        return why.error;
    }
    std::string_view reason{};  ///< of the last failure
    int get(int level, int name) { return option(socket.native_handle(), level, name); }
};

}  // namespace

TEST_CASE(
    "by default the socket has no Nagle delay, closes on exec, and is otherwise as the system made it") {
    attempt one;
    REQUIRE(!one.open());
    const int handle = one.socket.native_handle();
    CHECK(one.get(IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK((::fcntl(handle, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(one.get(SOL_SOCKET, SO_TYPE) == SOCK_STREAM);
    CHECK(one.get(SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP);
    CHECK(one.get(SOL_SOCKET, SO_DOMAIN) == AF_INET);

    tcp::socket plain(one.context, tcp::v4());
    const int untouched = plain.native_handle();
    for (const int name : {SO_KEEPALIVE, SO_SNDBUF, SO_RCVBUF, SO_LINGER, SO_REUSEADDR}) {
        CHECK(one.get(SOL_SOCKET, name) == option(untouched, SOL_SOCKET, name));
    }
    CHECK(one.get(IPPROTO_IP, IP_TOS) == 0);
    CHECK(one.get(IPPROTO_TCP, TCP_USER_TIMEOUT) == 0);
    CHECK(one.socket.local_endpoint().port() == 0);
}

TEST_CASE("no_delay can be turned off") {
    attempt one;
    one.options.no_delay = false;
    REQUIRE(!one.open());
    CHECK(one.get(IPPROTO_TCP, TCP_NODELAY) == 0);
}

TEST_CASE("keep-alive, user timeout and buffers reach the kernel") {
    attempt one;
    one.options.keep_alive = {.idle = 11s, .interval = 7s, .count = 3};
    one.options.user_timeout = 1234ms;
    one.options.send_buffer = 16384;
    one.options.receive_buffer = 8192;
    REQUIRE(!one.open());
    CHECK(one.get(SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(one.get(IPPROTO_TCP, TCP_KEEPIDLE) == 11);
    CHECK(one.get(IPPROTO_TCP, TCP_KEEPINTVL) == 7);
    CHECK(one.get(IPPROTO_TCP, TCP_KEEPCNT) == 3);
    CHECK(one.get(IPPROTO_TCP, TCP_USER_TIMEOUT) == 1234);
    CHECK(one.get(SOL_SOCKET, SO_SNDBUF) == 2 * 16384);  // Linux doubles them for its own needs
    CHECK(one.get(SOL_SOCKET, SO_RCVBUF) == 2 * 8192);
}

TEST_CASE("dead_after reaches the kernel as keep-alive and user timeout") {
    attempt one;
    one.options.dead_after = 3s;
    REQUIRE(!one.open());
    CHECK(one.get(SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(one.get(IPPROTO_TCP, TCP_KEEPIDLE) == 1);
    CHECK(one.get(IPPROTO_TCP, TCP_KEEPINTVL) == 1);
    CHECK(one.get(IPPROTO_TCP, TCP_KEEPCNT) == 2);
    CHECK(one.get(IPPROTO_TCP, TCP_USER_TIMEOUT) == 2500);
    attempt longest;
    longest.options.dead_after = 32767s;
    REQUIRE(!longest.open());
    CHECK(longest.get(IPPROTO_TCP, TCP_KEEPIDLE) == 16384);
    CHECK(longest.get(IPPROTO_TCP, TCP_USER_TIMEOUT) == 32764000);
}

TEST_CASE("the extremes that the option check lets pass are taken by the kernel") {
    attempt one;
    one.options.keep_alive = {.idle = 32767s, .interval = 32767s, .count = 127};
    one.options.user_timeout = 2147483647ms;
    one.options.dscp = 63;
    CHECK(!one.open());
}

TEST_CASE("a code point is the upper six bits of the traffic class of IPv4 and IPv6") {
    attempt v4;
    v4.options.dscp = 46;
    REQUIRE(!v4.open());
    CHECK(v4.get(IPPROTO_IP, IP_TOS) == 46 << 2);

    attempt v6;
    v6.remote = at("::1", 9);
    v6.options.dscp = 46;
    REQUIRE(!v6.open());
    CHECK(v6.get(IPPROTO_IPV6, IPV6_TCLASS) == 46 << 2);
    CHECK(v6.get(IPPROTO_IP, IP_TOS) == 0);

    attempt mapped;
    mapped.remote = at("::ffff:127.0.0.1", 9);
    mapped.options.dscp = 46;
    REQUIRE(!mapped.open());
    CHECK(mapped.get(IPPROTO_IP, IP_TOS) == 46 << 2);
}

TEST_CASE("with reset_on_close the peer sees a reset, also when the socket is only destroyed") {
    for (const bool destroyed : {false, true}) {
        net::io_context context;
        tcp::acceptor acceptor(context, at("127.0.0.1", 0));
        auto socket = std::make_unique<tcp::socket>(context);
        REQUIRE(!open_socket(*socket, acceptor.local_endpoint(), {}, socket_options{.reset_on_close = true}));
        socket->connect(acceptor.local_endpoint());
        tcp::socket peer = acceptor.accept();
        if (destroyed) socket.reset();
        else socket->close();
        char byte = 0;
        error_code ec;
        peer.read_some(net::buffer(&byte, 1), ec);
        CHECK(ec == net::error::connection_reset);
    }
}

TEST_CASE("the socket is bound to the local address and port") {
    attempt address;
    address.connect.local_addresses = {"127.0.0.5"};
    REQUIRE(!address.open());
    CHECK(address.socket.local_endpoint().address() == net::ip::make_address("127.0.0.5"));
    CHECK(address.get(SOL_SOCKET, SO_REUSEADDR) == 0);

    tcp::acceptor finder(address.context, at("127.0.0.1", 0));
    const auto free_port = finder.local_endpoint().port();
    finder.close();
    attempt port;
    port.connect.local_port = free_port;
    REQUIRE(!port.open());
    CHECK(port.socket.local_endpoint() == at("0.0.0.0", free_port));
    attempt rival;
    rival.connect.local_port = free_port;
    CHECK(!rival.open());  // another attempt of the same race
    CHECK(rival.socket.local_endpoint() == port.socket.local_endpoint());

    attempt v6;
    v6.remote = at("::1", 9);
    v6.connect.local_addresses = {"127.0.0.5", "::1"};
    v6.connect.local_port = free_port;
    REQUIRE(!v6.open());
    CHECK(v6.socket.local_endpoint() == at("::1", free_port));
    attempt v4;
    v4.connect = v6.connect;
    REQUIRE(!v4.open());
    CHECK(v4.socket.local_endpoint() == at("127.0.0.5", free_port));
}

TEST_CASE("attempts with the same local address do not take a port each before they connect") {
    net::io_context context;
    tcp::acceptor acceptor(context, at("127.0.0.1", 0));
    attempt one;
    one.remote = acceptor.local_endpoint();
    one.connect.local_addresses = {"127.0.0.5"};
    REQUIRE(!one.open());
    CHECK(one.socket.local_endpoint().port() == 0);
    one.socket.connect(one.remote);
    CHECK(one.socket.local_endpoint().port() != 0);
    CHECK(one.socket.local_endpoint().address() == net::ip::make_address("127.0.0.5"));
}

TEST_CASE("a local port that somebody listens on is address_in_use") {
    net::io_context context;
    tcp::acceptor listening(context, at("127.0.0.1", 0));
    attempt one;
    one.connect.local_addresses = {"127.0.0.1"};
    one.connect.local_port = listening.local_endpoint().port();
    CHECK(one.open() == net::error::address_in_use);
}

TEST_CASE("a local address that this machine lacks is the system's code") {
    attempt one;
    one.connect.local_addresses = {"192.0.2.1"};
    CHECK(one.open() == system_code(EADDRNOTAVAIL));
}

TEST_CASE("a local address of the other family fails the attempt alone") {
    attempt v4;
    v4.connect.local_addresses = {"::1"};
    CHECK(v4.open() == net::error::address_family_not_supported);
    v4.remote = at("::1", 9);
    CHECK(!v4.open());
    attempt v6;
    v6.remote = at("::1", 9);
    v6.connect.local_addresses = {"127.0.0.1"};
    CHECK(v6.open() == net::error::address_family_not_supported);
}

TEST_CASE("the socket is bound to an interface") {
    attempt one;
    one.connect.network_interface = "lo";
    const error_code ec = one.open();
    if (ec == system_code(EPERM)) {
        WARN("skipped: this kernel lets only root bind to an interface");
        return;
    }
    REQUIRE(!ec);
    char name[16] = {};
    socklen_t size = sizeof(name);
    REQUIRE(::getsockopt(one.socket.native_handle(), SOL_SOCKET, SO_BINDTODEVICE, name, &size) == 0);
    CHECK(std::string(name) == "lo");

    attempt unknown;
    unknown.connect.network_interface = "nosuchinterface";
    CHECK(unknown.open() == system_code(ENODEV));
}

TEST_CASE("before_connect comes last, and is told the descriptor and the remote endpoint") {
    attempt one;
    one.connect.local_addresses = {"127.0.0.5"};
    int told = -1;
    one.options.before_connect = [&](socket_options::native_handle_type handle,
                                     const net::generic::stream_protocol::endpoint& endpoint) {
        told = handle;
        CHECK(endpoint.size() == one.remote.size());
        CHECK(std::memcmp(endpoint.data(), one.remote.data(), one.remote.size()) == 0);
        CHECK(option(handle, IPPROTO_TCP, TCP_NODELAY) == 1);
        sockaddr_in bound{};
        socklen_t size = sizeof(bound);
        CHECK(::getsockname(handle, reinterpret_cast<sockaddr*>(&bound), &size) == 0);
        CHECK(ntohl(bound.sin_addr.s_addr) == 0x7f000005);
        return error_code();
    };
    REQUIRE(!one.open());
    CHECK(told == one.socket.native_handle());
}

TEST_CASE("an error or an exception from before_connect fails the attempt with a code") {
    const auto outcome = [](auto hook) {
        attempt one;
        one.options.before_connect = [hook](auto, const auto&) -> error_code { return hook(); };
        return one.open();
    };
    CHECK(outcome([] { return error_code(net::error::access_denied); }) == net::error::access_denied);
    CHECK(outcome([]() -> error_code { throw uplink::system_error(net::error::no_buffer_space); }) ==
          net::error::no_buffer_space);
    CHECK(outcome([]() -> error_code { throw uplink::system_error(error_code()); }) ==
          net::error::connection_aborted);
    CHECK(outcome([]() -> error_code { throw std::bad_alloc(); }) == net::error::no_memory);
    CHECK(outcome([]() -> error_code { throw std::runtime_error("hook"); }) ==
          net::error::connection_aborted);
    CHECK(outcome([]() -> error_code { throw 1; }) == net::error::connection_aborted);
}

TEST_CASE("without a free descriptor the code is no_descriptors, and later attempts work") {
    attempt one;
    error_code ec;
    {
        const descriptor_limit none(0);
        ec = open_socket(one.socket, one.remote, one.connect, one.options).error;
    }
    CHECK(ec == net::error::no_descriptors);
    CHECK(!one.socket.is_open());
    CHECK(!one.open());
}

TEST_CASE("a socket that is open is left as it is") {
    attempt one;
    REQUIRE(!one.open());
    const int handle = one.socket.native_handle();
    CHECK(open_socket(one.socket, one.remote, one.connect, one.options).error == net::error::already_open);
    CHECK(one.socket.is_open());
    CHECK(one.socket.native_handle() == handle);
}

TEST_CASE("a socket of any executor can be opened") {
    net::io_context context;
    net::basic_stream_socket<tcp, net::io_context::executor_type> socket(context);
    CHECK(!open_socket(socket, at("127.0.0.1", 9), {}, {}));
    CHECK(socket.is_open());
}

TEST_CASE("local sockets have buffers and the hook") {
    net::io_context context;
    local_protocol::socket socket(context);
    const local_protocol::endpoint remote("/no/such/socket");
    bool called = false;
    socket_options options{.send_buffer = 16384};
    options.before_connect = [&](auto, const auto& endpoint) {
        called = endpoint.protocol().family() == AF_UNIX;
        return error_code();
    };
    REQUIRE(!open_socket(socket, remote, {}, options));
    CHECK(called);
    CHECK(option(socket.native_handle(), SOL_SOCKET, SO_DOMAIN) == AF_UNIX);
    CHECK(option(socket.native_handle(), SOL_SOCKET, SO_SNDBUF) == 2 * 16384);
    CHECK((::fcntl(socket.native_handle(), F_GETFD) & FD_CLOEXEC) != 0);
}

}  // namespace uplink::tests
