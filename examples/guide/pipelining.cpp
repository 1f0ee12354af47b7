// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Pipelining: requests leave without waiting for answers, which come in order. One coroutine sends while another one
// receives, since a server whose answers nobody reads stops reading requests. The first failure ends both.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/use_future.hpp>

#include <iostream>

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using asio::use_awaitable;

// [pipeline]
asio::awaitable<void> send_all(uplink::tcp_client& client, int count) {
    for (int i = 0; i != count; ++i)
        co_await client.async_send("ADD " + std::to_string(i) + "\r\n", 10s, use_awaitable);
}

asio::awaitable<std::string> receive_all(uplink::tcp_client& client, int count) {
    std::string last;
    for (int i = 0; i != count; ++i) last = co_await client.async_receive_until("\r\n", 10s, use_awaitable);
    co_return last;
}

asio::awaitable<std::string> sum_below(int count, std::string host, std::string service) {
    uplink::tcp_client client(co_await asio::this_coro::executor);
    co_await client.async_connect(host, service, 10s, use_awaitable);
    co_return co_await (send_all(client, count) && receive_all(client, count));
}
// [/pipeline]

int main() try {
    little_server server([](little_server::peer& peer) {
        long sum = 0;
        for (std::string line; peer.read_line(line);) {
            sum += std::stol(line.substr(4));
            peer.say(std::to_string(sum) + "\r\n");
        }
    });
    asio::io_context io;
    auto sum = asio::co_spawn(io, sum_below(10'000, server.host(), server.service()), asio::use_future);
    io.run();
    return sum.get() == "49995000\r\n" ? 0 : 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
