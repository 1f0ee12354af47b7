// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Sending more than the peer takes at once. Either await each send, or await async_drain before each: so little waits,
// and nothing is refused. Who does neither gets errc::send_queue_full one day, and the peer a stream with a hole in it.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <iostream>

using namespace std::chrono_literals;
using asio::use_awaitable;
const std::string message(1000, 'x');

// [await]
asio::awaitable<void> send_one_by_one(uplink::tcp_client& client, int count) {
    for (int i = 0; i != count; ++i)
        co_await client.async_send(asio::buffer(message), 30s, use_awaitable);  // one waits at a time
}
// [/await]
// [drain]
asio::awaitable<void> send_ahead(uplink::tcp_client& client, int count) {
    const auto failure = std::make_shared<uplink::error_code>();  // handlers may run after this function
    for (int i = 0; i != count && !*failure; ++i) {
        co_await client.async_drain(30s, use_awaitable);  // until at most 64 KiB wait
        client.async_send(asio::buffer(message), [failure](uplink::error_code ec, std::size_t) {
            if (ec && !*failure) *failure = ec;
        });
    }
    co_await client.async_shutdown_send(30s, use_awaitable);  // behind all of them
    if (*failure) throw uplink::system_error(*failure, "send");
}
// [/drain]

asio::awaitable<bool> send_both_ways(std::string host, std::string service) {
    uplink::tcp_client client(co_await asio::this_coro::executor);
    co_await client.async_connect(host, service, 10s, use_awaitable);
    co_await send_one_by_one(client, 20'000);
    co_await send_ahead(client, 20'000);
    co_return co_await client.async_receive_until("\n", 30s, use_awaitable) == "40000\n";
}

int main() try {
    little_server server([](little_server::peer& peer) {
        int count = 0;
        for (std::string bytes; peer.read(bytes, message.size()) && bytes == message;) ++count;
        peer.say(std::to_string(count) + '\n');
    });
    asio::io_context io;
    auto good = asio::co_spawn(io, send_both_ways(server.host(), server.service()), asio::use_future);
    io.run();
    return good.get() ? 0 : 1;
} catch (const std::exception& problem) {
    return std::cerr << problem.what() << '\n', 1;
}
