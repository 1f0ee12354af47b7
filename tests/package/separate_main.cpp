// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A program of two files that is compiled with UPLINK_SEPARATE_COMPILATION; the other one is separate_source.cpp. The
// usual client and the free async_exchange are compiled there, a client with another state here. It serves itself. Exit
// code 0 if all three have got what they ought to.
#include <uplink/async_client.hpp>

#include <asio/write.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace {

void serve(asio::ip::tcp::acceptor& listener) {
    listener.async_accept([&listener](auto ec, asio::ip::tcp::socket peer) {
        if (ec) return;
        asio::write(peer, asio::buffer("pong", 4));
        serve(listener);
    });
}

}  // namespace

int main() {
    asio::io_context io;
    asio::ip::tcp::acceptor listener{io, {asio::ip::address_v4::loopback(), 0}};
    serve(listener);
    std::string response;
    uplink::async_client usual{io};
    uplink::async_client<asio::ip::tcp::socket, uplink::discarded_bytes> counting{io};
    uplink::async_exchange(
        io, "127.0.0.1", listener.local_endpoint().port(), "", [&](auto ec, std::string all) {
            if (!ec) response = std::move(all);
            usual.async_connect(listener.local_endpoint(), [&](auto failed, auto) {
                if (failed) return listener.close();
                usual.async_receive([&](auto, std::size_t) {
                    counting.async_connect(listener.local_endpoint(), [&](auto wrong, auto) {
                        if (wrong) return listener.close();
                        counting.async_receive([&](auto, std::size_t) { listener.close(); });
                    });
                });
            });
        });
    io.run();
    return response == "pong" && usual.state().view() == "pong" && counting.state().total() == 4 ? 0 : 1;
}
