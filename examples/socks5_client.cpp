// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   socks5_client                     an exchange through a proxy of its own
//   socks5_client URL HOST SERVICE    the same through a proxy that is there, such as socks5h://127.0.0.1:1080, to a
//                                     server that echoes
//
// A proxy is an option of the client, and all else is as without one. With socks5h:// the proxy looks the name up, so
// that this machine need not know it; with socks5:// this machine does. http:// is a proxy that tunnels with CONNECT.
#include "little_socks5_proxy.hpp"

#include <uplink/async_client.hpp>

#include <chrono>
#include <iostream>
#include <string>

using namespace std::chrono_literals;

namespace {

int talk(const uplink::proxy_options& proxy, const std::string& host, const std::string& service) {
    asio::io_context io;
    bool done = false;
    // [proxied]
    uplink::async_client client{io, {.proxy = proxy}};
    client.async_connect(host, service, 10s, [&](uplink::error_code ec, const auto& endpoint) {
        std::cout << to_string(client.last_connect()) << '\n';  // says what the proxy has answered
        if (ec) return;
        std::cout << "connected to " << host << " through " << endpoint << '\n';
        client.async_exchange("hello through a proxy", uplink::half_close, 10s,
                              [&](uplink::error_code exchange_ec, std::size_t) {
                                  if (exchange_ec) std::cerr << exchange_ec.message() << '\n';
                                  else std::cout << client.state().view() << '\n';
                                  done = !exchange_ec;
                              });
    });
    // [/proxied]
    io.run();
    return done ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 1) {
        little_socks5_proxy proxy;
        return talk(uplink::socks5_proxy{.host = "127.0.0.1", .port = proxy.port()}, "echo.example", "7");
    }
    if (argc != 4) return 2;
    uplink::error_code ec;
    const uplink::proxy_options proxy = uplink::parse_proxy(argv[1], ec);
    if (ec) {
        std::cerr << "the URL of the proxy is invalid\n";
        return 2;
    }
    return talk(proxy, argv[2], argv[3]);
}
