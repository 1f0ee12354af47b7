// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One program text for plain connections and for TLS: what is written for any client works with both, and only where
// the client is made does anybody have to know which one it is.
#include "echo_server.hpp"
#include "tls_server.hpp"

#include <uplink/async_client.hpp>
#include <uplink/tls.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

using namespace std::chrono_literals;
using asio::use_awaitable;

template <class Client>
asio::awaitable<std::string> ask(Client client, std::string host, std::string service) {
    co_await client.async_connect(host, service, 5s, use_awaitable);
    co_await client.async_send(std::string("hello to any server\n"), 5s, use_awaitable);
    const std::string line(co_await client.async_receive_until("\n", 5s, use_awaitable));
    co_await client.async_close(5s, use_awaitable);
    co_return line;
}

int main() {
    echo_server plain_server;
    tls_server encrypting_server(
        [](std::string_view request) { return std::string(request.ends_with("\n") ? request : ""); });
    asio::io_context io;
    // [clients]
    uplink::async_client plain{io};
    uplink::tls_client public_servers{io};  // trusts the system's roots
    uplink::tls_client own_servers{io, {.ca_pem = encrypting_server.certificate_pem()}};  // trusts this root
    // [/clients]

    auto first = asio::co_spawn(io, ask(std::move(plain), plain_server.host(), plain_server.service()),
                                asio::use_future);
    auto second =
        asio::co_spawn(io, ask(std::move(own_servers), encrypting_server.host(), encrypting_server.service()),
                       asio::use_future);
    io.run();
    try {
        std::cout << "plain: " << first.get() << "TLS:   " << second.get();
        return 0;
    } catch (const std::exception& ex) {
        std::cerr << ex.what() << '\n';
        return 1;
    }
}
