// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What compiles and what does not: deduction, constraints, deleted overloads, moves. Nothing here does any I/O.
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/socket.hpp>

#include "support/client_test.hpp"
#include "support/executor_clients.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

struct size_handler {
    void operator()(error_code, std::size_t) const {}
};
struct plain_handler {
    void operator()(error_code) const {}
};
struct view_handler {
    void operator()(error_code, std::string_view) const {}
};
struct endpoint_handler {
    void operator()(error_code, const tcp::endpoint&) const {}
};

template <class Client, class... Arguments>
concept can_send = requires(Client& client, Arguments&&... arguments) {
    client.async_send(std::forward<Arguments>(arguments)...);
};
template <class Client, class... Arguments>
concept can_exchange = requires(Client& client, Arguments&&... arguments) {
    client.async_exchange(std::forward<Arguments>(arguments)...);
};
template <class Client, class... Arguments>
concept can_receive = requires(Client& client, Arguments&&... arguments) {
    client.async_receive(std::forward<Arguments>(arguments)...);
};
template <class Client, class... Arguments>
concept can_receive_some = requires(Client& client, Arguments&&... arguments) {
    client.async_receive_some(std::forward<Arguments>(arguments)...);
};
template <class Client, class... Arguments>
concept can_connect = requires(Client& client, Arguments&&... arguments) {
    client.async_connect(std::forward<Arguments>(arguments)...);
};
template <class Client, class... Arguments>
concept can_close = requires(Client& client, Arguments&&... arguments) {
    client.async_close(std::forward<Arguments>(arguments)...);
};

using client = async_client<>;
using seconds = std::chrono::seconds;
using time_point = std::chrono::steady_clock::time_point;

// What is sent: buffers, or text and vectors that are moved in; never text that nobody keeps alive.
static_assert(can_send<client, net::const_buffer, size_handler>);
static_assert(can_send<client, net::mutable_buffer, size_handler>);
static_assert(can_send<client, std::vector<net::const_buffer>&, size_handler>);
static_assert(can_send<client, std::string, size_handler>);
static_assert(can_send<client, std::string, seconds, size_handler>);
static_assert(can_send<client, std::string, time_point, size_handler>);
static_assert(can_send<client, std::vector<char>, size_handler>);
static_assert(can_send<client, std::vector<unsigned char>, size_handler>);
static_assert(can_send<client, std::vector<std::byte>, seconds, size_handler>);
static_assert(!can_send<client, std::string&, size_handler>);
static_assert(!can_send<client, const std::string&, size_handler>);
static_assert(!can_send<client, const std::string, size_handler>);
static_assert(!can_send<client, std::string_view, size_handler>);
static_assert(!can_send<client, std::string_view&, seconds, size_handler>);
static_assert(!can_send<client, std::vector<char>&, size_handler>);
static_assert(!can_send<client, std::vector<int>, size_handler>);
static_assert(!can_send<client, int, size_handler>);
static_assert(can_exchange<client, std::string, size_handler>);
static_assert(can_exchange<client, std::vector<std::byte>, seconds, size_handler>);
static_assert(!can_exchange<client, std::string&, size_handler>);
static_assert(!can_exchange<client, std::string_view, seconds, size_handler>);

// A half-close is asked for by name alone, in front of the limit.
static_assert(can_exchange<client, std::string, half_close_t, size_handler>);
static_assert(can_exchange<client, net::const_buffer, half_close_t, seconds, size_handler>);
static_assert(can_exchange<client, std::vector<char>, half_close_t, time_point, size_handler>);
static_assert(!can_exchange<client, std::string, seconds, half_close_t, size_handler>);
static_assert(!can_exchange<client, std::string&, half_close_t, size_handler>);
static_assert(!can_exchange<client, std::string, bool, size_handler>);
static_assert(!std::default_initializable<half_close_t> && std::is_trivially_copyable_v<half_close_t>);
static_assert(!std::is_aggregate_v<half_close_t> && sizeof(half_close_t) == 1);
template <class T>
concept made_of_braces = requires(void take(T)) {
    take({});
};
static_assert(!made_of_braces<half_close_t> && made_of_braces<client::time_limit>);

// A token fits the signature, and a duration is never taken for one.
static_assert(can_receive<client, size_handler>);
static_assert(can_receive<client, seconds, size_handler>);
static_assert(can_receive<client, client::time_limit, size_handler>);
static_assert(!can_receive<client, view_handler>);
static_assert(!can_receive<client, plain_handler>);
static_assert(can_receive_some<client, view_handler>);
static_assert(!can_receive_some<client, size_handler>);
static_assert(can_close<client, plain_handler>);
static_assert(!can_close<client, size_handler>);
static_assert(can_receive<client, decltype(net::use_future)>);
static_assert(can_receive<client, decltype(net::use_awaitable)>);
static_assert(can_receive<client, decltype(net::detached)>);
static_assert(can_receive<client, decltype(tokens::deferred)>);
static_assert(can_receive<client, decltype(tokens::as_tuple(net::use_awaitable))>);

// Without a token: the executor's default one, where there is one.
static_assert(can_receive<client> == deferred_is_default);
static_assert(can_receive<client, seconds> == deferred_is_default);
static_assert(can_send<client, std::string> == deferred_is_default);
static_assert(can_connect<client, std::string, std::string> == deferred_is_default);
static_assert(can_close<client> == deferred_is_default);

using awaiting_client = async_client<awaiting_socket>;
static_assert(can_receive<awaiting_client>);
static_assert(can_receive<awaiting_client, seconds>);
static_assert(can_send<awaiting_client, std::string>);
static_assert(can_send<awaiting_client, std::string, seconds>);
static_assert(!can_send<awaiting_client, std::string&>);
static_assert(can_connect<awaiting_client, const char*, const char*, seconds>);
static_assert(can_connect<awaiting_client, tcp::endpoint>);
static_assert(can_close<awaiting_client>);
static_assert(
    std::same_as<decltype(std::declval<awaiting_client&>().async_receive(5s)), net::awaitable<std::size_t>>);

// Where to: names, an endpoint, a sequence of them; a local client knows endpoints and paths.
static_assert(can_connect<client, const char*, std::string, endpoint_handler>);
static_assert(can_connect<client, tcp::endpoint, seconds, endpoint_handler>);
static_assert(can_connect<client, std::vector<tcp::endpoint>, endpoint_handler>);
static_assert(can_connect<client, tcp::resolver::results_type, seconds, endpoint_handler>);
static_assert(!can_connect<client, const char*, endpoint_handler>);
static_assert(can_connect<client, const char*, int, endpoint_handler>);
static_assert(!can_connect<client, const char*, bool, endpoint_handler>);
static_assert(!can_connect<local_client, const char*, const char*, decltype(net::detached)>);
static_assert(can_connect<local_client, net::local::stream_protocol::endpoint, decltype(net::detached)>);
static_assert(can_connect<local_client, const char*, decltype(net::detached)>);
static_assert(can_connect<local_client, std::string, seconds, decltype(net::detached)>);
static_assert(can_connect<local_client, std::string_view, decltype(net::detached)>);
static_assert(!can_connect<client, std::string, decltype(net::detached)>);

// Over a socket that is connected already: only one that is moved, and for a handshake only with a host.
using secure_like = async_client<testing::faulty_stream<testing::socket>>;
static_assert(std::same_as<client::socket_type, tcp::socket>);
static_assert(std::same_as<secure_like::socket_type, testing::socket>);
static_assert(can_connect<client, tcp::socket, endpoint_handler>);
static_assert(can_connect<client, tcp::socket, seconds, endpoint_handler>);
static_assert(can_connect<client, tcp::socket, const char*, endpoint_handler>);
static_assert(can_connect<client, tcp::socket, std::string, seconds, endpoint_handler>);
static_assert(!can_connect<client, tcp::socket&, endpoint_handler>);
static_assert(!can_connect<client, tcp::socket, bool, endpoint_handler>);
static_assert(!can_connect<client, net::local::stream_protocol::socket, endpoint_handler>);
static_assert(can_connect<local_client, net::local::stream_protocol::socket, decltype(net::detached)>);
static_assert(can_connect<client, tcp::socket, decltype(net::use_future)>);
static_assert(can_connect<client, tcp::socket, std::string, decltype(tokens::deferred)>);
static_assert(can_connect<awaiting_client, awaiting_socket>);
static_assert(can_connect<awaiting_client, awaiting_socket, const char*, seconds>);

template <class Client>
concept can_release = requires(Client& client, error_code& ec) {
    client.release();
    client.release(ec);
};
static_assert(can_release<client> && can_release<local_client> && can_release<async_client<testing::socket>>);
static_assert(!can_release<secure_like>);

// Deduction, and the member types that Asio's own templates look for.
static_assert(std::same_as<decltype(async_client{std::declval<net::io_context&>()}), client>);
static_assert(std::same_as<decltype(async_client{std::declval<net::any_io_executor>()}), client>);
static_assert(std::same_as<decltype(async_client{std::declval<net::io_context::executor_type>()}), client>);
static_assert(
    std::same_as<decltype(async_client{std::declval<net::thread_pool&>(), client_options()}), client>);
static_assert(std::same_as<client::stream_type, tcp::socket>);
static_assert(std::same_as<client::state_type, received_bytes>);
static_assert(std::same_as<client::executor_type, net::any_io_executor>);
static_assert(std::same_as<client::endpoint_type, tcp::endpoint>);
static_assert(std::same_as<client::lowest_layer_type, tcp::socket::lowest_layer_type>);
static_assert(std::same_as<client::rebind_executor<net::io_context::executor_type>::other::executor_type,
                           net::io_context::executor_type>);

static_assert(std::is_nothrow_move_constructible_v<client> && std::is_nothrow_move_assignable_v<client>);
static_assert(!std::is_copy_constructible_v<client> && !std::is_copy_assignable_v<client>);
static_assert(!std::is_convertible_v<net::io_context&, client> && !std::is_default_constructible_v<client>);

// A state without a view can count, and take_state() needs a default constructor.
struct no_default {
    void operator()(std::string_view) const {}
    explicit no_default(int) {}
};
template <class Client>
concept can_take_state = requires(Client& client) {
    client.take_state();
};
static_assert(can_take_state<client>);
static_assert(can_take_state<async_client<tcp::socket, discarded_bytes>>);
static_assert(!can_take_state<async_client<tcp::socket, sink_bytes<no_default>>>);
static_assert(receive_state<received_bytes> && viewable_state<received_bytes>);
static_assert(receive_state<discarded_bytes> && !viewable_state<discarded_bytes>);
static_assert(!receive_state<std::string>);

}  // namespace

TEST_CASE_METHOD(same_descriptors, "a client is made from a context or an executor, by deduction",
                 "[interface]") {
    net::io_context io;
    uplink::async_client from_context{io};
    uplink::async_client from_executor{io.get_executor()};
    uplink::async_client with_options{io, {.close_timeout = 1s, .max_receive = 7}};
    uplink::async_client with_state{io, {}, received_bytes{}};
    CHECK_FALSE(from_context.is_open());
    CHECK(from_context.options().max_receive == std::size_t{1} << 30);
    CHECK(from_context.options().close_timeout == 10s);
    CHECK(from_context.options().connect.timeout == 30s);
    CHECK(from_context.options().socket.no_delay);
    CHECK(with_options.options().max_receive == 7);
    CHECK(from_executor.get_executor() == io.get_executor());
    CHECK(with_state.state().empty());
    CHECK(with_state.stats().bytes_received == 0);
    CHECK_FALSE(with_state.stream().is_open());
}

TEST_CASE_METHOD(client_test, "a rebound client works as any other", "[interface]") {
    loopback_server server(loopback_server::echo());
    client::rebind_executor<net::io_context::executor_type>::other rebound{io};
    connect(rebound, server);
    completion exchanged;
    rebound.async_exchange(std::string("ping"), half_close, 30s, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
}

}  // namespace uplink::tests
