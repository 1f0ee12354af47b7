// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One exchange in a coroutine: it reads as if it blocked, and an error is an exception. The second half takes the
// error as a value instead, by naming an std::error_code to put it in.
#include "echo_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>

using namespace std::chrono_literals;
using asio::use_awaitable;

asio::awaitable<void> exchange(std::string host, std::string service) {
    const auto executor = co_await asio::this_coro::executor;
    uplink::async_client client{executor};

    co_await client.async_connect(host, service, 5s, use_awaitable);
    co_await client.async_send(std::string("hello from a coroutine\nand more"), 5s, use_awaitable);
    co_await client.async_shutdown_send(use_awaitable);
    const std::string line(co_await client.async_receive_until("\n", 5s, use_awaitable));
    std::cout << line;

    std::error_code ec;
    const std::size_t rest = co_await client.async_receive(5s, asio::redirect_error(use_awaitable, ec));
    if (ec) std::cerr << "the rest: " << ec.message() << '\n';
    else std::cout << "and " << rest << " bytes more to read, \"" << client.state().view() << "\" in all\n";
}

int main() {
    echo_server server;
    asio::io_context io;
    int status = 0;
    asio::co_spawn(io, exchange(server.host(), server.service()), [&](std::exception_ptr problem) {
        try {
            if (problem) std::rethrow_exception(problem);
        } catch (const std::exception& ex) {
            std::cerr << ex.what() << '\n';
            status = 1;
        }
    });
    io.run();
    return status;
}
