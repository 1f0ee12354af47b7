// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A line protocol both ways for hours. One receive is always pending, and sends start when there is something to say.
// Each handler holds a share of the object, which so lives as long as its operations do.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

using namespace std::chrono_literals;

// [talk]
struct talk : std::enable_shared_from_this<talk> {
    explicit talk(asio::io_context& io)
        : client(io, {.socket = {.dead_after = 60s}, .max_receive = 64 * 1024}) {}

    void start(const std::string& host, const std::string& service) {
        client.async_connect(host, service, 10s, [self = shared_from_this()](uplink::error_code ec, auto) {
            ec ? self->end(ec) : self->receive();
        });
    }
    void say(const std::string& line) {
        client.async_send(line + '\n', 30s, [self = shared_from_this()](uplink::error_code ec, std::size_t) {
            if (ec) self->end(ec);  // nothing may follow a line that was lost
        });
    }
    void receive() {
        client.async_receive_until("\n", [self = shared_from_this()](auto ec, std::string_view line) {
            if (ec) return self->end(ec);
            self->on_line(line.substr(0, line.size() - 1));
            self->receive();
        });
    }
    void end(uplink::error_code why) {
        client.close();
        if (on_end) std::exchange(on_end, {})(why);
    }

    uplink::tcp_client client;
    std::function<void(std::string_view)> on_line{};
    std::function<void(uplink::error_code)> on_end{};
};
// [/talk]

int main() {
    little_server server([](little_server::peer& peer) {
        for (int i = 0; i != 1000; ++i) peer.say("news\n");
        int heard = 0;
        for (std::string line; heard != 1000 && peer.read_line(line);) ++heard;
        peer.say(std::to_string(heard) + '\n');
    });
    asio::io_context io;
    std::string last, end;
    const auto it = std::make_shared<talk>(io);
    it->on_line = [&](auto line) { (last = line) == "news" ? it->say("seen") : void(); };
    it->on_end = [&](auto why) { end = why == asio::error::eof ? "orderly" : why.message(); };
    it->start(server.host(), server.service());
    io.run();
    return last == "1000" && end == "orderly" ? 0 : 1;
}
