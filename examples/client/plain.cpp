// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client over TCP; and the demonstration, an exchange with an echo server of its own, step by step, told in three
// lines.
#include "../echo_server.hpp"
#include "run.hpp"
#include "streams.hpp"

#include <uplink/async_client.hpp>

#include <cstddef>
#include <iostream>
#include <string>
#include <system_error>

namespace tool {

int run_plain(const arguments& how, console& out) {
    asio::io_context io;
    return run(io, uplink::tcp_client(io, how.options), how, out);
}

int demonstrate(console& out) {
    echo_server server;
    asio::io_context io;
    uplink::async_client client{io};
    const std::string message = "This is a test<EOF>";
    int status = 1;

    const auto received = [&](std::error_code ec, std::size_t) {
        if (ec) return out.say("receive: " + ec.message());
        std::cout << "Response received : " << client.state().view() << std::endl;
        status = 0;
    };
    const auto sent = [&](std::error_code ec, std::size_t count) {
        if (ec) return out.say("send: " + ec.message());
        std::cout << "Sent " << count << " bytes to server." << std::endl;
        client.async_shutdown_send([&](std::error_code end_ec) {
            if (end_ec) return out.say("half-close: " + end_ec.message());
            client.async_receive(received);
        });
    };
    client.async_connect(server.host(), server.service(),
                         [&](std::error_code ec, const asio::ip::tcp::endpoint& endpoint) {
                             if (ec) return out.say("connect: " + ec.message());
                             std::cout << "Socket connected to " << endpoint << std::endl;
                             client.async_send(asio::buffer(message), sent);
                         });
    io.run();
    return status;
}

}  // namespace tool
