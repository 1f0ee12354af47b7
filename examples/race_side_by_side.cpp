// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A server has two addresses, and connecting to the first neither succeeds nor fails. Asio's async_connect tries one
// after the other and stays with the first until the limit; uplink's starts the second after 250 ms. Both run at the
// same time, with a limit of 3 s. The hole is a listener whose backlog is full: Linux drops what else comes.
#include <uplink/async_client.hpp>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#else
#include <asio/connect.hpp>
#include <asio/ip/tcp.hpp>
#endif

#include <chrono>
#include <iostream>
#include <list>
#include <string>
#include <vector>

namespace net = uplink::net;
using namespace std::chrono_literals;
using tcp = net::ip::tcp;
using clock_type = std::chrono::steady_clock;

void print(const std::string& who, clock_type::time_point began, const uplink::error_code& ec) {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(clock_type::now() - began);
    std::cout << who << time.count() << " ms, " << (ec ? ec.message() : "connected") << '\n';
}

int main() {
    net::io_context io;
    const tcp::endpoint any(net::ip::address_v4::loopback(), 0);

    tcp::acceptor hole(io, any.protocol());
    hole.bind(any);
    hole.listen(0);
    std::list<tcp::socket> fillers;
    for (int i = 0; i != 4; ++i) {
        auto& filler = fillers.emplace_back(io);
        filler.async_connect(hole.local_endpoint(), [](auto) {});
    }
    io.run_for(100ms);
    io.restart();

    tcp::acceptor server(io, any);
    const std::vector<tcp::endpoint> addresses{hole.local_endpoint(), server.local_endpoint()};
    const auto began = clock_type::now();
    int left = 2;
    const auto done = [&](const std::string& who, const uplink::error_code& ec) {
        print(who, began, ec);
        if (--left == 0) io.stop();
    };

    tcp::socket socket(io);
    net::steady_timer limit(io, 3s);
    limit.async_wait([&](auto) {
        uplink::error_code ignored;
        socket.close(ignored);
    });
    net::async_connect(socket, addresses, [&](auto ec, const auto&) { done("asio:   ", ec); });

    uplink::async_client<> client(io);
    client.async_connect(addresses, 3s, [&](auto ec, const auto&) {
        done("uplink: ", ec);
        std::cout << to_string(client.last_connect()) << '\n';
    });
    io.run();
}
