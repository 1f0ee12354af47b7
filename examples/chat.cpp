// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//   chat HOST SERVICE   sends what is typed, and prints what comes, though the server may go and come back
//   chat                the same by itself, with a server of its own that goes after each line
#include <uplink/reconnecting_client.hpp>

#include "restarting_server.hpp"
#include "standard_streams.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

using namespace std::chrono_literals;

struct chat {
    chat(asio::io_context& io, const std::string& host, const std::string& service)
        : client(uplink::tcp_client(io), host, service,
                 {.backoff = {.base = 200ms}, .on_loss = uplink::loss_policy::keep_untouched}) {
        client.on_change([this](const uplink::reconnect_status& status) {
            std::clog << "* " << to_string(status) << '\n';
            if (status.next_attempt) std::clog << to_string(client.history()) << '\n';
        });
        client.start();
        receive();
    }
    void say(std::string text) {
        client.async_send(std::move(text), [](uplink::error_code ec, std::size_t) {
            if (ec) std::clog << "* not sent: " << ec.message() << '\n';
        });
    }
    void receive() {
        client.async_receive_until("\n", [this](uplink::error_code ec, std::string_view line) {
            if (client.status().state >= uplink::reconnect_state::stopping) return;
            ec ? on_loss() : void(std::cout << line << std::flush);
            receive();  // after a loss, from the next connection
        });
    }

    uplink::reconnecting_client<> client;
    std::function<void()> on_loss = [] {};
};

int main(int argc, char** argv) {
    asio::io_context io;
    if (argc == 3) {
        chat talk(io, argv[1], argv[2]);
        standard_input input(io);
        input.start([&](std::string typed) { talk.say(std::move(typed)), input.block_done(); },
                    [&](std::error_code) { talk.client.async_stop(5s, [](uplink::error_code) {}); });
        return io.run() != 0 ? 0 : 1;
    }
    restarting_server server;
    chat talk(io, server.host(), server.service());
    talk.say("hello\n");
    talk.on_loss = [&, n = 0]() mutable { ++n == 3 ? talk.client.close() : talk.say("I am still here\n"); };
    io.run();
}
