// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Several exchanges at once with futures: the event loop runs on a thread of its own, and this one waits for the
// results. They are started before the loop is, so that nothing is used by two threads at a time.
#include "echo_server.hpp"

#include <uplink/async_client.hpp>

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
    std::vector<std::future<std::string>> replies;
    for (const char* const request : {"hello from a future", "and another", "and a third"}) {
        replies.push_back(
            uplink::async_exchange(io, server.host(), server.service(), request, 5s, asio::use_future));
    }
    std::thread loop([&] { io.run(); });

    int status = 0;
    for (std::future<std::string>& reply : replies) {
        try {
            std::cout << reply.get() << '\n';
        } catch (const std::exception& ex) {
            std::cerr << ex.what() << '\n';
            status = 1;
        }
    }
    loop.join();
    return status;
}
