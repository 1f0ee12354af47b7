// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Somebody else's program: connects to a listener of its own and receives until the end. Exit code 0 if that worked.
#include <uplink/async_client.hpp>

#include <asio/write.hpp>

int main() {
    asio::io_context io;
    asio::ip::tcp::acceptor listener{io, {asio::ip::address_v4::loopback(), 0}};
    listener.async_accept(
        [](auto, asio::ip::tcp::socket peer) { asio::write(peer, asio::buffer("pong", 4)); });
    uplink::async_client client{io};
    client.async_connect(listener.local_endpoint(), [&](auto ec, auto) {
        if (!ec) client.async_receive([](auto, std::size_t) {});
    });
    io.run();
    return client.state().str() == "pong" ? 0 : 1;
}
