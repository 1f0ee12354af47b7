// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A name server does not answer, and getaddrinfo does not return for 2 s. Asio's resolver is cancelled after
// 100 ms and ends when getaddrinfo returns; uplink's connect with a limit of 100 ms ends after 100 ms. To have the
// same on every machine the program brings a getaddrinfo of its own.
#include <uplink/async_client.hpp>

#include <netdb.h>

#include <chrono>
#include <iostream>
#include <string>
#include <thread>

namespace net = uplink::net;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
    std::this_thread::sleep_for(2s);  // real time is what is shown here: a call that does not return
    return EAI_AGAIN;
}

void print(const std::string& who, clock_type::time_point began, const uplink::error_code& ec) {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(clock_type::now() - began);
    std::cout << who << time.count() << " ms, " << ec.message() << '\n';
}

int main() {
    net::io_context io;
    const auto began = clock_type::now();

    net::ip::tcp::resolver resolver(io);
    resolver.async_resolve("server.example", "80",
                           [&](auto ec, const auto&) { print("asio:   ", began, ec); });
    net::steady_timer limit(io, 100ms);
    limit.async_wait([&](auto) { resolver.cancel(); });

    uplink::async_client<> client(io);
    client.async_connect("server.example", "80", 100ms,
                         [&](auto ec, const auto&) { print("uplink: ", began, ec); });
    io.run();
}
