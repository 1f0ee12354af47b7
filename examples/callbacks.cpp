// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One exchange with callbacks: each step starts the next. The client and what is sent outlive the operations. The
// server echoes until our end, so the exchange has a half-close behind its request.
#include "echo_server.hpp"

#include <uplink/async_client.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <system_error>

using namespace std::chrono_literals;

int main() {
    echo_server server;
    asio::io_context io;
    uplink::async_client client{io};
    const std::string request = "hello from callbacks";
    bool done = false;

    const auto failed = [](const char* step, std::error_code ec) {
        if (ec) std::cerr << step << ": " << ec.message() << '\n';
        return static_cast<bool>(ec);
    };
    const auto closed = [&](std::error_code ec) { done = !failed("close", ec); };
    const auto received = [&](std::error_code ec, std::size_t) {
        if (failed("exchange", ec)) return;
        std::cout << client.state().view() << '\n';
        client.async_close(5s, closed);
    };
    client.async_connect(server.host(), server.service(), 5s, [&](std::error_code ec, const auto&) {
        if (failed("connect", ec)) return;
        client.async_exchange(asio::buffer(request), uplink::half_close, 5s, received);
    });
    io.run();
    return done ? 0 : 1;
}
