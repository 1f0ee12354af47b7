// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Exchanges with futures: the event loop runs on a thread of its own, and this one starts several at once, then waits
// for their results. async_exchange may be called from any thread; a client of one's own belongs to the loop's.
#include "echo_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/use_future.hpp>

#include <chrono>
#include <exception>
#include <future>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

int main() {
    echo_server server;
    asio::io_context io;
    auto work = asio::make_work_guard(io);
    std::thread loop([&] { io.run(); });

    std::vector<std::future<std::string>> replies;
    for (const char* const request : {"hello from a future", "and another", "and a third"}) {
        replies.push_back(uplink::async_exchange(io, server.host(), server.service(), request,
                                                 uplink::half_close, 5s, asio::use_future));
    }
    int status = 0;
    for (std::future<std::string>& reply : replies) {
        try {
            std::cout << reply.get() << '\n';
        } catch (const std::exception& ex) {
            std::cerr << ex.what() << '\n';
            status = 1;
        }
    }
    work.reset();
    loop.join();
    return status;
}
