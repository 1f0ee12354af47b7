// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What compiles and what does not when bytes are sent, and which tokens fit: constraints and deleted overloads.
#include "support/client_test.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace uplink::tests {

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
concept can_close = requires(Client& client, Arguments&&... arguments) {
    client.async_close(std::forward<Arguments>(arguments)...);
};

using client = async_client<>;
using seconds = std::chrono::seconds;
using time_point = std::chrono::steady_clock::time_point;

// What is sent: buffers, or text and vectors that are moved in; never text that nobody keeps alive.
static_assert(can_send<client, net::const_buffer, recorder>);
static_assert(can_send<client, net::mutable_buffer, recorder>);
static_assert(can_send<client, std::vector<net::const_buffer>&, recorder>);
static_assert(can_send<client, std::string, recorder>);
static_assert(can_send<client, std::string, seconds, recorder>);
static_assert(can_send<client, std::string, time_point, recorder>);
static_assert(can_send<client, std::vector<char>, recorder>);
static_assert(can_send<client, std::vector<unsigned char>, recorder>);
static_assert(can_send<client, std::vector<std::byte>, seconds, recorder>);
static_assert(!can_send<client, std::string&, recorder>);
static_assert(!can_send<client, const std::string&, recorder>);
static_assert(!can_send<client, const std::string, recorder>);
static_assert(!can_send<client, std::string_view, recorder>);
static_assert(!can_send<client, std::string_view&, seconds, recorder>);
static_assert(!can_send<client, std::vector<char>&, recorder>);
static_assert(!can_send<client, std::vector<int>, recorder>);
static_assert(!can_send<client, int, recorder>);
static_assert(can_exchange<client, std::string, recorder>);
static_assert(can_exchange<client, std::vector<std::byte>, seconds, recorder>);
static_assert(!can_exchange<client, std::string&, recorder>);
static_assert(!can_exchange<client, std::string_view, seconds, recorder>);

// A half-close is asked for by name alone, in front of the limit.
static_assert(can_exchange<client, std::string, half_close_t, recorder>);
static_assert(can_exchange<client, net::const_buffer, half_close_t, seconds, recorder>);
static_assert(can_exchange<client, std::vector<char>, half_close_t, time_point, recorder>);
static_assert(!can_exchange<client, std::string, seconds, half_close_t, recorder>);
static_assert(!can_exchange<client, std::string&, half_close_t, recorder>);
static_assert(!can_exchange<client, std::string, bool, recorder>);
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

}  // namespace

}  // namespace uplink::tests
