// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A download of n bytes, with progress, in constant memory: pieces of at most 64 KiB, and not one byte beyond the n.
// The limit is for each piece: a server that goes on sending may take as long as it needs.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <algorithm>
#include <iostream>

using namespace std::chrono_literals;
using asio::use_awaitable;

// [download]
asio::awaitable<void> download(uplink::tcp_client& client, std::size_t size,
                               std::function<void(std::string_view)> write) {
    for (std::size_t have = 0, told = 0; have != size;) {
        const std::size_t most = std::min<std::size_t>(size - have, 64 * 1024);
        const std::string_view piece = co_await client.async_receive_exactly(most, 30s, use_awaitable);
        write(piece);  // the piece is gone when the next receive begins
        have += piece.size();
        if (const std::size_t percent = have * 100 / size; percent / 10 != std::exchange(told, percent) / 10)
            std::clog << percent << " %\n";
    }
}
// [/download]

asio::awaitable<bool> get(std::string host, std::string service) {
    // [options]
    const auto executor = co_await asio::this_coro::executor;  // no braces beside a co_await
    uplink::tcp_client client(executor, {.idle_timeout = 30s});
    // [/options]
    co_await client.async_connect(host, service, 10s, use_awaitable);
    const std::string size(co_await client.async_receive_until("\n", 10s, use_awaitable));
    std::size_t written = 0;
    co_await download(client, std::stoul(size), [&](std::string_view piece) {
        if (piece.find_first_not_of('x') == piece.npos) written += piece.size();  // here: a write to a file
    });
    const std::string behind(co_await client.async_receive_until("\n", 10s, use_awaitable));
    co_return written == 10'000'000 && behind == "done\n" && client.state().capacity() < 1'000'000;
}

int main() try {
    little_server server(
        [](little_server::peer& peer) { peer.say("10000000\n" + std::string(10'000'000, 'x') + "done\n"); });
    asio::io_context io;
    auto good = asio::co_spawn(io, get(server.host(), server.service()), asio::use_future);
    io.run();
    return good.get() ? 0 : 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
