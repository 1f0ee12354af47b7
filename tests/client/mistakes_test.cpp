// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The wrong calls of tests/package/errors_explain.sh, which checks what a compiler says of them: a requires-expression
// about each is simply false. The overloads that give the advice are deleted, and take no valid call.
#include <uplink/blocking_client.hpp>
#include <uplink/reconnecting_client.hpp>

#include "support/client_test.hpp"
#include "support/executor_clients.hpp"
#include "support/tokens.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

inline constexpr auto connected = [](error_code, auto) {};
inline constexpr auto moved = [](error_code, std::size_t) {};
inline constexpr auto viewed = [](error_code, std::string_view) {};
inline constexpr auto done = [](error_code) {};
inline constexpr auto answered = [](error_code, std::string) {};

template <class Client>
concept takes_a_wrong_tail = requires(Client& client) {
    client.async_receive_until("\n", done);
}
|| requires(Client& client) {
    client.async_receive_until("\n", 5s, [](error_code, std::string&) {});
}
|| requires(Client& client) { client.async_receive_exactly(4, done); }
|| requires(Client& client) { client.async_receive_message(fixed_size{4}, done); }
|| requires(Client& client) { client.async_receive_until('\n', viewed); }
|| requires(Client& client) { client.async_receive_exactly("4", viewed); }
|| requires(Client& client) { client.async_receive_message(7, viewed); }
|| requires(Client& client) { client.async_receive_some(moved); }
|| requires(Client& client) { client.async_receive(5s, viewed); }
|| requires(Client& client) { client.async_shutdown_send(moved); }
|| requires(Client& client) { client.async_drain(5s, moved); }
|| requires(Client& client) { client.async_close(5, done); }
|| requires(Client& client) { client.async_receive(5, moved); }
|| requires(Client& client) { client.async_receive(5); }
|| requires(Client& client) { client.async_receive(moved, 5s); }
|| requires(Client& client) { client.async_receive(5s, moved, moved); }
|| requires(Client& client) { client.async_exchange(std::string("x"), half_close, 5s, done); };

template <class Client>
concept connects_to_nonsense = requires(Client& client) {
    client.async_connect("host", true, connected);
}
|| requires(Client& client) { client.async_connect("host", 'a', connected); }
|| requires(Client& client) { client.async_connect("host", 5s, connected); }
|| requires(Client& client) { client.async_connect("host", connected); }
|| requires(Client& client, std::string_view view) { client.async_connect("host", view, connected); }
|| requires(Client& client, std::string_view view) { client.async_connect(view, 80, connected); }
|| requires(Client& client) { client.async_connect(net::ip::address(), 80, connected); }
|| requires(Client& client) { client.async_connect("host", 80, 5, connected); }
|| requires(Client& client) { client.async_connect("host", 80, 5s, done); }
|| requires(Client& client) { client.async_connect(net::ip::tcp::endpoint(), done); }
|| requires(Client& client) { client.async_connect(1, 2, 3); };

template <class Client, class Bytes>
concept sends = requires(Client& client, Bytes&& bytes) {
    client.async_send(std::forward<Bytes>(bytes), moved);
}
|| requires(Client& client, Bytes&& bytes) {
    client.async_exchange(std::forward<Bytes>(bytes), half_close, 5s, moved);
};

template <class Context>
concept exchanges_nonsense = requires(Context& context) {
    uplink::async_exchange(context, "host", true, "x", answered);
}
|| requires(Context& context) { uplink::async_exchange(context, "host", 80, "x", 5, answered); }
|| requires(Context& context) { uplink::async_exchange(context, "host", 80, "x", 5s, done); }
|| requires(Context& context, std::string_view view) {
    uplink::async_exchange(context, "host", 80, view, answered);
}
|| requires(Context& context) { uplink::async_exchange(context, "host", 80, answered); };

template <class Blocking>
concept blocks_on_nonsense = requires(Blocking& client) {
    client.receive(5);
}
|| requires(Blocking& client) { client.receive_until("\n", 5); }
|| requires(Blocking& client) { client.receive_until('\n'); }
|| requires(Blocking& client) { client.receive_exactly("4", 5s); }
|| requires(Blocking& client) { client.receive_message(7); }
|| requires(Blocking& client) { client.connect("host", 80, 5); }
|| requires(Blocking& client) { client.connect("host", true); }
|| requires(Blocking& client, std::string_view view) { client.connect(view, 80); }
|| requires(Blocking& client, error_code& ec) { client.send("x", 5, ec); }
|| requires(Blocking& client) { client.close(5s, error_code()); }
|| requires(Blocking& client, std::vector<char>& bytes) { client.send(bytes); }
|| requires(Blocking& client, std::array<char, 4> bytes) { client.send(bytes, 5s); };

template <class Client>
concept lasts_with_nonsense = requires(Client& client) {
    client.async_receive_some(moved);
}
|| requires(Client& client) { client.async_receive_until("\n", done); }
|| requires(Client& client) { client.async_receive_until("\n", 5, viewed); }
|| requires(Client& client) { client.async_receive_until('\n', viewed); }
|| requires(Client& client) { client.async_receive_exactly("4", viewed); }
|| requires(Client& client) { client.async_receive_message(7, viewed); }
|| requires(Client& client) { client.async_receive_exactly(4, 0.5, viewed); }
|| requires(Client& client) { client.async_receive_message(fixed_size{4}, 5, viewed); }
|| requires(Client& client) { client.async_send(net::const_buffer(), 5s, done); }
|| requires(Client& client) { client.async_drain(5, done); }
|| requires(Client& client) { client.async_stop(5, done); }
|| requires(Client& client) { client.async_wait_connected(5, done); }
|| requires(Client& client) { client.async_wait_change(7, done); };

static_assert(!takes_a_wrong_tail<tcp_client> && !connects_to_nonsense<tcp_client>);
static_assert(!lasts_with_nonsense<reconnecting_client<>>);
static_assert(!exchanges_nonsense<net::io_context> && !blocks_on_nonsense<blocking_client>);
static_assert(!sends<tcp_client, std::string&> && !sends<tcp_client, const std::string> &&
              !sends<tcp_client, std::string_view> && !sends<tcp_client, std::vector<char>&> &&
              !sends<tcp_client, std::vector<int>> && !sends<tcp_client, std::array<char, 4>> &&
              !sends<tcp_client, std::array<std::byte, 4>&> && !sends<tcp_client, int>);
static_assert(sends<tcp_client, std::string> && sends<tcp_client, const char*> &&
              sends<tcp_client, std::vector<unsigned char>> && sends<tcp_client, net::const_buffer> &&
              sends<tcp_client, std::array<net::const_buffer, 2>&> &&
              sends<tcp_client, const std::vector<net::mutable_buffer>&>);

// With a default token a call may end where others have a token, and is still no mistake.
using awaiting = async_client<net::use_awaitable_t<>::as_default_on_t<net::ip::tcp::socket>>;
template <class Client>
concept needs_no_token = requires(Client& client) {
    client.async_receive();
    client.async_receive(5s);
    client.async_receive_until("\n", 5s);
    client.async_send("text");
    client.async_exchange(std::string("x"), half_close, 5s);
    client.async_connect("host", 80, 5s);
    client.async_connect(net::ip::tcp::endpoint());
    client.async_close();
};
static_assert(needs_no_token<awaiting> && !takes_a_wrong_tail<awaiting> && !connects_to_nonsense<awaiting>);

// Every form of a blocking call.
template <class Blocking>
concept blocks = requires(Blocking& client, error_code& ec, std::string text, std::array<char, 4> bytes) {
    client.connect(text, "service", ec);
    client.connect("host", 80, 5s, ec);
    client.connect(net::ip::tcp::endpoint(), 5s);
    client.send(text);
    client.send("text", {}, ec);
    client.send(std::string_view("text"), std::nullopt, ec);
    client.send(net::buffer(bytes), 5s, ec);
    client.receive();
    client.receive(ec);
    client.receive_exactly(4, 5s, ec);
    client.receive_message(fixed_size{4}, ec);
    client.exchange(text, 5s);
    client.exchange("text", half_close, {}, ec);
    client.exchange("text", half_close, ec);
    client.close(5s);
    client.shutdown_send({}, ec);
};
static_assert(blocks<blocking_client>);

}  // namespace

TEST_CASE("wrong calls do not compile, and a requires-expression may ask", "[interface]") {
    SUCCEED("the static assertions of this file hold");
}

}  // namespace uplink::tests
