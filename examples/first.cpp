// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
// first HOST SERVICE: connects, sends "ping", and prints what comes until the other end closes.
#include <uplink/async_client.hpp>

#include <iostream>

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    asio::io_context io;
    uplink::async_exchange(io, argv[1], argv[2], "ping", std::chrono::seconds(10),
                           [](uplink::error_code ec, std::string reply) {
                               if (ec) std::cerr << ec.message() << '\n';
                               else std::cout << reply << '\n';
                           });
    io.run();
}
