// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What compiles and what does not when a client connects, and without a token: constraints and deleted overloads.
#include <uplink/testing/socket.hpp>

#include "support/client_test.hpp"
#include "support/executor_clients.hpp"
#include "support/faulty_client.hpp"
#include "support/local_clients.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

template <class Client, class... Arguments>
concept can_send = requires(Client& client, Arguments&&... arguments) {
    client.async_send(std::forward<Arguments>(arguments)...);
};
template <class Client, class... Arguments>
concept can_receive = requires(Client& client, Arguments&&... arguments) {
    client.async_receive(std::forward<Arguments>(arguments)...);
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
static_assert(can_connect<client, const char*, std::string, recorder>);
static_assert(can_connect<client, tcp::endpoint, seconds, recorder>);
static_assert(can_connect<client, std::vector<tcp::endpoint>, recorder>);
static_assert(can_connect<client, tcp::resolver::results_type, seconds, recorder>);
static_assert(!can_connect<client, const char*, recorder>);
static_assert(can_connect<client, const char*, int, recorder>);
static_assert(!can_connect<client, const char*, bool, recorder>);
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
static_assert(can_connect<client, tcp::socket, recorder>);
static_assert(can_connect<client, tcp::socket, seconds, recorder>);
static_assert(can_connect<client, tcp::socket, const char*, recorder>);
static_assert(can_connect<client, tcp::socket, std::string, seconds, recorder>);
static_assert(!can_connect<client, tcp::socket&, recorder>);
static_assert(!can_connect<client, tcp::socket, bool, recorder>);
static_assert(!can_connect<client, net::local::stream_protocol::socket, recorder>);
static_assert(can_connect<local_client, net::local::stream_protocol::socket, decltype(net::detached)>);
static_assert(can_connect<client, tcp::socket, decltype(net::use_future)>);
static_assert(can_connect<client, tcp::socket, std::string, decltype(tokens::deferred)>);
static_assert(can_connect<awaiting_client, awaiting_socket>);
static_assert(can_connect<awaiting_client, awaiting_socket, const char*, seconds>);

}  // namespace

}  // namespace uplink::tests
