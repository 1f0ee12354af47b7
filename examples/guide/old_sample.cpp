// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the well-known sample of an asynchronous socket client does, in the same three steps and with the same three
// lines of output, with uplink.
#include "../echo_server.hpp"

#include <uplink/async_client.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

using namespace std::chrono_literals;

// [sample]
void run(asio::io_context& io, const std::string& host, const std::string& service) {
    uplink::tcp_client client{io};
    const auto failed = [&](uplink::error_code ec) {
        if (ec) std::cout << ec.message() << '\n' << to_string(client.last_connect()) << '\n';
        return static_cast<bool>(ec);
    };
    client.async_connect(host, service, 10s, [&](uplink::error_code ec, const auto& peer) {
        if (failed(ec)) return;
        std::cout << "Socket connected to " << peer << '\n';
        client.async_send(std::string("This is a test<EOF>"), 10s,
                          [&](uplink::error_code ec2, std::size_t sent) {
                              if (!failed(ec2)) std::cout << "Sent " << sent << " bytes to server.\n";
                          });
        client.async_receive_until("<EOF>", 10s, [&](uplink::error_code ec3, std::string_view response) {
            if (!failed(ec3)) std::cout << "Response received : " << response << '\n';
            client.close();
        });
    });
    io.run();
}
// [/sample]

int main() {
    echo_server server;
    asio::io_context io;
    run(io, server.host(), server.service());
}
