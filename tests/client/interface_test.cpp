// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What compiles and what does not: deduction, members, states, moves. Calls are in the files interface_*_test.cpp.
// Nothing in static_asserts does any I/O.
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/socket.hpp>

#include "support/client_test.hpp"
#include "support/executor_clients.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <chrono>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

using client = async_client<>;
using secure_like = async_client<testing::faulty_stream<testing::socket>>;

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
