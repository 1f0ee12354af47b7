// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which limit do I want? Each of them here, with the time that it took. One more is about a peer that is gone while
// nobody waits for it: client_options::socket.dead_after. limited() is in one_limit.cpp.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

using namespace std::chrono_literals;
using asio::redirect_error, asio::use_awaitable;
using client_type = uplink::async_client<uplink::testing::socket>;  // in the program: uplink::tcp_client

asio::awaitable<bool> talk(uplink::testing::network& net) {
    // [options]
    uplink::client_options options;
    options.connect.timeout = 5s;  // lookup, all addresses, proxy and TLS together
    options.idle_timeout = 20s;    // for each send and receive, without progress; none without this line
    client_type client(net.get_executor(), options);
    // [/options]
    uplink::error_code ec;
    // [operations]
    co_await client.async_connect("192.0.2.99", 7, redirect_error(use_awaitable, ec));  // connect.timeout
    if (ec != uplink::errc::connect_timeout || net.elapsed() != 5s) co_return false;
    co_await client.async_connect("192.0.2.99", 7, 1s, redirect_error(use_awaitable, ec));  // in its place
    if (ec != uplink::errc::connect_timeout || net.elapsed() != 6s) co_return false;
    co_await client.async_connect("192.0.2.1", 7, use_awaitable);  // sends a byte every 10 s
    co_await client.async_receive_until("\n", 15s, redirect_error(use_awaitable, ec));  // this one alone
    if (ec != uplink::errc::receive_timeout || net.elapsed() != 21s) co_return false;
    co_await client.async_receive_until("\n", redirect_error(use_awaitable, ec));  // there is progress
    if (ec || net.elapsed() != 6s + 60s) co_return false;
    co_await client.async_receive_until("\n", redirect_error(use_awaitable, ec));  // and now there is none
    if (ec != uplink::errc::receive_timeout || net.elapsed() != 6s + 60s + 20s) co_return false;
    // [/operations]
    client.close(), ec.clear();
    // [conversation]
    const auto until = net.now() + 10s;  // in the program: std::chrono::steady_clock::now() + 10s
    co_await client.async_connect("192.0.2.2", 7, until, use_awaitable);  // answers each after 4 s
    int answers = 0;
    for (; !ec; answers += !ec) {
        co_await client.async_send(std::string("?\n"), until, use_awaitable);
        co_await client.async_receive_until("!\n", until, redirect_error(use_awaitable, ec));
    }
    if (ec != uplink::errc::receive_timeout || answers != 2) co_return false;
    co_return net.now() == until;
    // [/conversation]
}

int main() {
    uplink::testing::network net;
    net.endpoint("192.0.2.99:7").black_hole();
    net.endpoint("192.0.2.1:7").accept().split(1).pace(10s).reply("abcde\n");
    auto& server = net.endpoint("192.0.2.2:7").accept();
    for (int i = 0; i != 9; ++i) server.expect("?\n").after(4s).reply("!\n");
    auto good = asio::co_spawn(net.context(), talk(net), asio::use_future);
    net.run();
    return good.get() ? 0 : 1;
}
