// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// SIGINT and an end in order: say good-bye, and close when all is sent and the server has ended too, within 3 s. A
// second SIGINT ends the program at once. Whoever is last cancels what still waits, so that run() returns.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/signal_set.hpp>

#include <csignal>
#include <iostream>

using namespace std::chrono_literals;

int main() {
    little_server server([](little_server::peer& peer) {
        peer.say("hello\n");
        for (std::string line; line != "bye" && peer.read_line(line);) continue;
        peer.say("see you\n");
    });
    // [program]
    asio::io_context io;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    uplink::tcp_client client(io);
    std::string heard;
    bool is_closed = false;

    const std::function<void()> receive = [&] {
        client.async_receive_until("\n", [&](uplink::error_code ec, std::string_view line) {
            if (ec) return signals.cancel();  // the connection has ended, and nobody has to be told
            heard += line;
            if (line == "hello\n") std::raise(SIGINT);  // here: the user
            receive();
        });
    };
    client.async_connect(server.host(), server.service(), 10s,
                         [&](uplink::error_code ec, auto) { ec ? signals.cancel() : receive(); });
    signals.async_wait([&](uplink::error_code ec, int) {
        if (ec) return;   // cancelled
        signals.clear();  // the next one has the system's effect again
        client.async_send(std::string("bye\n"), [](uplink::error_code problem, std::size_t) {
            if (problem) std::cerr << "bye: " << problem.message() << '\n';
        });
        client.async_close(3s, [&](uplink::error_code problem) {
            is_closed = !problem;
            if (problem) std::cerr << "close: " << problem.message() << '\n';
            client.close();  // a connect that is still under way ends here
        });
    });
    io.run();
    // [/program]
    return is_closed && heard == "hello\nsee you\n" ? 0 : 1;
}
