// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Many clients on a pool of threads. Each conversation has a strand of its own, on which its client and its handlers
// run: one client is never used by two threads at a time, and no lock is needed.
#include "../echo_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>

#include <atomic>
#include <iostream>

using namespace std::chrono_literals;
using asio::use_awaitable;

// [converse]
asio::awaitable<void> converse(std::string host, std::string service, int number) {
    uplink::tcp_client client(co_await asio::this_coro::executor);  // the strand
    co_await client.async_connect(host, service, 30s, use_awaitable);
    for (int i = 0; i != 20; ++i) {
        const std::string line = std::to_string(number * i) + '\n';
        co_await client.async_send(asio::buffer(line), 30s, use_awaitable);
        if (co_await client.async_receive_until("\n", 30s, use_awaitable) != line)
            throw std::runtime_error("an answer for somebody else");
    }
    co_await client.async_close(use_awaitable);
}
// [/converse]

int main() {
    echo_server server;
    std::atomic<int> good = 0;
    // [pool]
    asio::thread_pool pool(4);
    for (int number = 0; number != 200; ++number) {
        asio::co_spawn(asio::make_strand(pool), converse(server.host(), server.service(), number),
                       [&good](std::exception_ptr problem) {
                           try {
                               if (problem) std::rethrow_exception(problem);
                               ++good;
                           } catch (const std::exception& ex) {
                               std::cerr << ex.what() << '\n';
                           }
                       });
    }
    pool.join();
    // [/pool]
    return good == 200 ? 0 : 1;
}
