// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The last step of the tutorial: a client that reports measurements and survives its server. It logs in on each
// connection, keeps what has not been sent, notices a dead peer, and stops in order. The server goes after each line.
#include "../restarting_server.hpp"

#include <uplink/reconnecting_client.hpp>

#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

using namespace std::chrono_literals;

// [reporter]
class reporter {
public:
    // [robust]
    reporter(asio::io_context& io, std::string host, std::string service)
        : client_(uplink::tcp_client(io, {.connect = {.timeout = 5s}, .socket = {.dead_after = 30s}}),
                  std::move(host), std::move(service),
                  {.backoff = {.base = 200ms, .cap = 10s}, .on_loss = uplink::loss_policy::keep_untouched}) {
        client_.on_session([](uplink::tcp_client& fresh, auto done) {
            fresh.async_send(std::string("I am sensor 7\n"), 5s,
                             [done](uplink::error_code ec, std::size_t) { done(ec); });
        });
        client_.on_change([this](const uplink::reconnect_status& now) {
            std::clog << to_string(now) << '\n';
            if (now.state == uplink::reconnect_state::connected && on_connected)
                on_connected(now.connections);
        });
        client_.start();
    }

    void report(std::string measurement) {
        client_.async_send(std::move(measurement), 60s, [](uplink::error_code ec, std::size_t) {
            if (ec) std::clog << "not reported: " << ec.message() << '\n';
        });
    }
    // [/robust]

    void stop(std::function<void()> stopped) {
        client_.async_stop(5s, [stopped](uplink::error_code) { stopped(); });
    }

    std::function<void(std::uint64_t)> on_connected{};

private:
    uplink::reconnecting_client<> client_;
};
// [/reporter]

int main() {
    asio::io_context io;
    restarting_server server;  // takes one line, and is away for a moment
    reporter sensor(io, server.host(), server.service());
    bool stopped = false;
    sensor.report("21.5 degrees\n");
    sensor.on_connected = [&](std::uint64_t connections) {
        if (connections < 3) sensor.report("21.6 degrees\n");
        else sensor.stop([&] { stopped = true; });
    };
    io.run();
    return stopped ? 0 : 1;
}
