// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   unix_client              pings a server of its own on a socket that has a path, and then a path where nobody is
//   unix_client PATH [WORDS] sends WORDS ("PING" without them) as a line, and prints the line that comes back, as from
//                            redis-server --unixsocket PATH. A leading @ makes PATH a name that no file has.
#include <uplink/async_client.hpp>
#include <uplink/blocking_client.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using asio::local::stream_protocol;

uplink::error_code ask(const std::string& path, const std::string& words) {
    uplink::basic_blocking_client<uplink::local_client> client;
    uplink::error_code ec;
    client.connect(path, 5s, ec);
    if (!ec) client.send(words + "\r\n", 5s, ec);
    if (!ec) std::cout << client.receive_until("\r\n", 5s, ec);
    if (ec) std::cerr << to_string(client.client().last_connect()) << "\n" << ec.message() << '\n';
    return ec;
}

int main(int argc, char** argv) {
    if (argc > 1) return ask(argv[1], argc > 2 ? argv[2] : "PING") ? 1 : 0;

    const std::string path = "/tmp/unix_client." + std::to_string(::getpid());
    asio::io_context io;
    stream_protocol::acceptor listener(io, stream_protocol::endpoint(path));
    std::thread server([&] {
        stream_protocol::socket peer(io);
        listener.accept(peer);
        char line[6];
        std::size_t count = 0;
        while (count < sizeof line) count += peer.read_some(asio::buffer(line + count, sizeof line - count));
        peer.write_some(asio::buffer("+PONG\r\n", 7));
    });
    const uplink::error_code ec = ask(path, "PING");
    server.join();

    // The file stays when its server has gone, and a connect to it is refused.
    listener.close();
    const uplink::error_code stale = ask(path, "PING");
    std::remove(path.c_str());
    return !ec && stale == asio::error::connection_refused ? 0 : 1;
}
