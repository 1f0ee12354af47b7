// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Half-close or not. Some peers answer only after the end of the request, such as an echo server. Others take it for
// the leaving of the client, as nginx does.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

using namespace std::chrono_literals;
using asio::use_awaitable;
using client_type = uplink::async_client<uplink::testing::socket>;  // in the program: uplink::tcp_client

// [exchange]
/// A peer that answers by itself, and ends: no half-close.
asio::awaitable<std::string> get_page(client_type& client) {
    co_await client.async_connect("192.0.2.1", 80, 10s, use_awaitable);
    co_await client.async_exchange(std::string("GET / HTTP/1.0\r\n\r\n"), 10s, use_awaitable);
    co_return client.take_state().str();
}
/// A peer that answers when it has seen the end of the request.
asio::awaitable<std::string> echo(client_type& client) {
    co_await client.async_connect("192.0.2.1", 7, 10s, use_awaitable);
    co_await client.async_exchange(std::string("ping"), uplink::half_close, 10s, use_awaitable);
    co_return client.take_state().str();
}
/// The same in parts.
asio::awaitable<std::string> echo_in_parts(client_type& client) {
    co_await client.async_connect("192.0.2.1", 7, 10s, use_awaitable);
    for (int i = 0; i != 3; ++i) co_await client.async_send(std::to_string(i), 10s, use_awaitable);
    co_await client.async_shutdown_send(10s, use_awaitable);
    co_await client.async_receive(10s, use_awaitable);  // until the peer's end
    co_return client.take_state().str();
}
// [/exchange]

asio::awaitable<bool> talk(client_type& client) {
    if (co_await get_page(client) != "the page" || co_await echo(client) != "ping") co_return false;
    if (co_await echo_in_parts(client) != "012") co_return false;
    co_await client.async_connect("192.0.2.1", 7, 10s, use_awaitable);
    uplink::error_code ec;  // without a half-close both wait, until the limit
    co_await client.async_exchange(std::string("ping"), 10s, asio::redirect_error(use_awaitable, ec));
    co_return client.state().view() == "ping" && ec == uplink::errc::receive_timeout;
}

int main() {
    uplink::testing::network net;
    auto& page = net.endpoint("192.0.2.1:80").accept().expect("GET / HTTP/1.0\r\n\r\n");
    page.after(2s).reply("the page").close();
    net.endpoint("192.0.2.1:7").accept().echo();
    client_type client(net.get_executor());
    auto good = asio::co_spawn(net.context(), talk(client), asio::use_future);
    net.run();
    return good.get() ? 0 : 1;
}
