// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Every option of socket_options, as getsockopt shows it after the client has connected; and what else is
// true of its socket. The hook and the local address are tried in connect_attempts_test.cpp.
#include <uplink/async_client.hpp>

#include "support/black_hole.hpp"
#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using client_type = async_client<>;

class options_test : public client_test {
public:
    /// Connects, lets `look` look at the descriptor, and closes.
    template <class Look> void with(client_options options, Look look, bool v6 = false) {
        const auto family = v6 ? loopback_options::address::v6 : loopback_options::address::v4;
        loopback_server server({server_script().until_gone()}, {.family = family});
        client_type client(io, std::move(options));
        connect(client, server);
        look(client.lowest_layer().native_handle());
        client.close();
        run();
    }
    static int get(int descriptor, int level, int name) {
        int value = -1;
        socklen_t size = sizeof(value);
        REQUIRE(::getsockopt(descriptor, level, name, &value, &size) == 0);
        return value;
    }
};

}  // namespace

TEST_CASE_METHOD(options_test, "by default: no Nagle delay, close-on-exec, and the system's own",
                 "[connect][options]") {
    with({}, [](int descriptor) {
        CHECK(get(descriptor, IPPROTO_TCP, TCP_NODELAY) == 1);
        CHECK((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
        CHECK(get(descriptor, SOL_SOCKET, SO_KEEPALIVE) == 0);
        CHECK(get(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT) == 0);
        CHECK(get(descriptor, IPPROTO_IP, IP_TOS) == 0);
    });
}

TEST_CASE_METHOD(options_test, "each option is the socket's when connected", "[connect][options]") {
    client_options options;
    SECTION("no_delay off") {
        options.socket.no_delay = false;
        with(options, [](int descriptor) { CHECK(get(descriptor, IPPROTO_TCP, TCP_NODELAY) == 0); });
    }
    SECTION("keep_alive") {
        options.socket.keep_alive = {.idle = 7s, .interval = 3s, .count = 5};
        with(options, [](int descriptor) {
            CHECK(get(descriptor, SOL_SOCKET, SO_KEEPALIVE) == 1);
            CHECK(get(descriptor, IPPROTO_TCP, TCP_KEEPIDLE) == 7);
            CHECK(get(descriptor, IPPROTO_TCP, TCP_KEEPINTVL) == 3);
            CHECK(get(descriptor, IPPROTO_TCP, TCP_KEEPCNT) == 5);
        });
    }
    SECTION("user_timeout") {
        options.socket.user_timeout = 4500ms;
        with(options, [](int descriptor) { CHECK(get(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT) == 4500); });
    }
    SECTION("buffers, which Linux doubles") {
        options.socket.send_buffer = 20000;
        options.socket.receive_buffer = 30000;
        with(options, [](int descriptor) {
            CHECK(get(descriptor, SOL_SOCKET, SO_SNDBUF) == 40000);
            CHECK(get(descriptor, SOL_SOCKET, SO_RCVBUF) == 60000);
        });
    }
    SECTION("dscp") {
        options.socket.dscp = 46;
        with(options, [](int descriptor) { CHECK(get(descriptor, IPPROTO_IP, IP_TOS) == 46 << 2); });
        if (loopback_server::has_v6()) {
            with(
                options, [](int descriptor) { CHECK(get(descriptor, IPPROTO_IPV6, IPV6_TCLASS) == 46 << 2); },
                true);
        }
    }
    SECTION("reset_on_close") {
        options.socket.reset_on_close = true;
        with(options, [](int descriptor) {
            linger value{};
            socklen_t size = sizeof(value);
            REQUIRE(::getsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, &size) == 0);
            CHECK(value.l_onoff == 1);
            CHECK(value.l_linger == 0);
        });
    }
    SECTION("network_interface") {
        options.connect.network_interface = "lo";
        with(options, [](int descriptor) {
            char name[IFNAMSIZ] = {};
            socklen_t size = sizeof(name);
            REQUIRE(::getsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, &size) == 0);
            CHECK(std::string(name) == "lo");
        });
    }
}

TEST_CASE_METHOD(options_test, "the options are set anew on the socket of every attempt",
                 "[connect][options]") {
    const refusing_port refusing;
    const black_hole hole;
    loopback_server server({server_script().until_gone()});
    client_options options;
    options.connect.attempt_delay = 10ms;
    options.socket.keep_alive = {.idle = 7s, .interval = 3s, .count = 5};
    std::vector<int> seen;
    options.socket.before_connect = [&](int descriptor, const net::generic::stream_protocol::endpoint&) {
        CHECK(get(descriptor, IPPROTO_TCP, TCP_NODELAY) == 1);
        CHECK(get(descriptor, IPPROTO_TCP, TCP_KEEPIDLE) == 7);
        CHECK((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
        seen.push_back(descriptor);
        return error_code();
    };
    client_type client(io, options);
    const std::vector<net::ip::tcp::endpoint> all{{net::ip::address_v4::loopback(), refusing.port()},
                                                  hole.endpoint(),
                                                  {net::ip::address_v4::loopback(), server.port()}};
    completion connect;
    client.async_connect(all, record(connect));
    run_until(connect);
    CHECK(connect == completed(success));
    REQUIRE(seen.size() == 3);
    CHECK(seen[2] == client.lowest_layer().native_handle());
    CHECK(get(seen[2], IPPROTO_TCP, TCP_KEEPINTVL) == 3);
    client.close();
    run();
}

TEST_CASE_METHOD(options_test, "an interface that does not exist is the system's error",
                 "[connect][options]") {
    loopback_server server(loopback_server::echo());
    client_type client(io, {.connect = {.network_interface = "nosuch0"}});
    completion connect;
    client.async_connect(server.host(), server.service(), record(connect));
    run();
    CHECK(connect == completed(error_code(ENODEV, net::error::get_system_category())));
    CHECK_FALSE(client.is_open());
}

}  // namespace uplink::tests
