// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// SIGINT and an end in order: say good-bye, end the sending side, and go on receiving until the server has ended too,
// for at most 3 s. A second SIGINT ends the program at once. Whoever is last cancels what still waits, so that run()
// returns.
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
        for (const char* word : {"one more\n", "and one\n", "see you\n"}) peer.say(word);
    });
    // [program]
    asio::io_context io;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    asio::steady_timer last_moment(io);
    uplink::tcp_client client(io);
    std::string heard;
    uplink::error_code end;

    const std::function<void()> receive = [&] {
        client.async_receive_until("\n", [&](uplink::error_code ec, std::string_view line) {
            if ((end = ec)) return client.close(), signals.cancel(), void(last_moment.cancel());
            heard += line;
            if (line == "hello\n") std::raise(SIGINT);  // here: the user
            receive();
        });
    };
    client.async_connect(server.host(), server.service(), 10s,
                         [&](uplink::error_code ec, auto) { ec ? signals.cancel() : receive(); });
    signals.async_wait([&](uplink::error_code ec, int) {
        if (ec) return;                                // cancelled
        signals.clear();                               // the next one has the system's effect again
        if (!client.is_open()) return client.close();  // ends a connect that is under way
        client.async_send(std::string("bye\n"), [](auto, auto) {});
        client.async_shutdown_send([](auto) {});  // an error of either is the receive's too
        last_moment.expires_after(3s);
        last_moment.async_wait([&](uplink::error_code stopped) { stopped ? void() : client.close(); });
    });
    io.run();
    // [/program]
    return end == asio::error::eof && heard == "hello\none more\nand one\nsee you\n" ? 0 : 1;
}
