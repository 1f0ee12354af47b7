// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the client takes a stream for: a socket or a layer on one, with Asio's parts or with its own.
#include <uplink/detail/support/stream_traits.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <type_traits>
#include <utility>

namespace uplink::tests {

namespace {

using tcp_socket = net::ip::tcp::socket;
using local_socket = net::local::stream_protocol::socket;

struct own_clock {};
struct own_timer {};
/// A socket that tests use.
struct test_socket {
    using clock_type = own_clock;
    using timer_type = own_timer;
    static constexpr bool is_for_testing = true;
    int number = 0;
};
struct layer_settings {};
struct layer_options {
    using settings_type = layer_settings;
    int number = 0;
};
/// A layer that has options and shakes hands.
template <class Socket> struct secure_layer {
    using next_layer_type = Socket;
    using options_type = layer_options;
    secure_layer(Socket&& below, const layer_options& options)
        : socket(std::move(below)), made_with(options) {}
    Socket& next_layer() { return socket; }
    template <class Token> void async_handshake(detail::handshake_target, Token) {}
    Socket socket;
    layer_options made_with;
};
/// A layer without options.
template <class Socket> struct plain_layer {
    using next_layer_type = Socket&;
    explicit plain_layer(Socket&& below) : socket(std::move(below)) {}
    Socket& next_layer() { return socket; }
    Socket socket;
};

template <class A, class B> constexpr bool same = std::is_same_v<A, B>;

static_assert(same<detail::socket_of_t<tcp_socket>, tcp_socket>);
static_assert(same<detail::socket_of_t<secure_layer<test_socket>>, test_socket>);
static_assert(same<detail::socket_of_t<plain_layer<test_socket>>, test_socket>);

static_assert(same<detail::clock_of_t<tcp_socket>, std::chrono::steady_clock>);
static_assert(same<detail::clock_of_t<test_socket>, own_clock>);
static_assert(same<detail::timer_of_t<tcp_socket>, detail::steady_timer<tcp_socket::executor_type>>);
static_assert(same<detail::timer_of_t<test_socket>, own_timer>);

static_assert(same<detail::layer_options_of_t<tcp_socket>, detail::no_layer_options>);
static_assert(same<detail::layer_options_of_t<secure_layer<test_socket>>, layer_options>);
static_assert(same<detail::layer_settings_of_t<tcp_socket>, detail::no_layer_options>);
static_assert(same<detail::layer_settings_of_t<secure_layer<test_socket>>, layer_settings>);

static_assert(!detail::is_for_testing_v<tcp_socket> && !detail::is_for_testing_v<secure_layer<tcp_socket>>);
static_assert(detail::is_for_testing_v<test_socket> && detail::is_for_testing_v<secure_layer<test_socket>>);
static_assert(detail::is_for_testing_v<secure_layer<plain_layer<test_socket>>>);

static_assert(detail::shakes_hands<secure_layer<test_socket>> && !detail::shakes_hands<tcp_socket>);
static_assert(detail::is_tcp_v<tcp_socket::protocol_type> && !detail::is_tcp_v<local_socket::protocol_type>);
static_assert(detail::is_local_v<local_socket::protocol_type> &&
              !detail::is_local_v<tcp_socket::protocol_type>);

}  // namespace

TEST_CASE("a layer is made of its socket and its options, and the socket is found under it") {
    auto secure = detail::make_layer<secure_layer<test_socket>>(test_socket{7}, layer_options{8});
    CHECK(secure.socket.number == 7);
    CHECK(secure.made_with.number == 8);
    CHECK(&detail::socket_under(secure) == &secure.socket);
    auto plain = detail::make_layer<plain_layer<test_socket>>(test_socket{9}, {});
    CHECK(plain.socket.number == 9);
    auto alone = detail::make_layer<test_socket>(test_socket{10}, {});
    CHECK(alone.number == 10);
    CHECK(&detail::socket_under(alone) == &alone);
    auto two = detail::make_layer<plain_layer<plain_layer<test_socket>>>(std::move(plain), {});
    CHECK(&detail::socket_under(two) == &two.socket.socket);
}

}  // namespace uplink::tests
