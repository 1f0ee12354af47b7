// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Somebody else's program: a server that ends in the middle of the handshake is told apart. Exit code 0 if that worked.
#include <uplink/tls.hpp>

int main() {
    asio::io_context io;
    asio::ip::tcp::acceptor listener{io, {asio::ip::address_v4::loopback(), 0}};
    listener.async_accept([](auto, asio::ip::tcp::socket peer) {
        char hello[4096];
        peer.read_some(asio::buffer(hello));  // whatever is not read would make the end a reset
    });
    uplink::error_code result;
    uplink::tls_client client{io, {.insecure_no_verification = true}};
    client.async_connect(listener.local_endpoint(), [&](uplink::error_code ec, auto) { result = ec; });
    io.run();
    return result == uplink::errc::truncated ? 0 : 1;
}
