// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Many requests in flight, each with a number and a limit of its own. Answers come in any order and carry the number.
// An answer that comes too late is dropped, since nobody waits for its number any more.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

#include <map>

using namespace std::chrono_literals;

// [asker]
struct asker : std::enable_shared_from_this<asker> {
    using handler = std::function<void(uplink::error_code, std::string_view)>;
    explicit asker(asio::io_context& io) : client(io) {}

    void ask(const std::string& words, std::chrono::nanoseconds limit, handler done) {
        const std::string id = std::to_string(++last_id);
        const auto finish = [self = shared_from_this(), id](uplink::error_code ec) { self->end(id, ec, {}); };
        asio::steady_timer timer(client.get_executor(), limit);
        timer.async_wait([finish](auto ec) { finish(ec ? ec : uplink::errc::receive_timeout); });
        waiting.try_emplace(id, std::move(timer), std::move(done));
        client.async_send(id + ' ' + words + '\n', [finish](auto ec, auto) { ec ? finish(ec) : void(); });
    }
    void receive() {
        client.async_receive_until("\n", [self = shared_from_this()](auto ec, std::string_view line) {
            if (ec) return self->end_all(ec);
            const std::size_t space = line.find(' ');  // the line ends with '\n'
            self->end(std::string(line.substr(0, space)), ec, line.substr(space + 1));
            self->receive();
        });
    }
    void end_all(uplink::error_code ec) {
        for (auto all = std::exchange(waiting, {}); auto& [id, each] : all) each.second(ec, {});
    }
    void end(const std::string& id, uplink::error_code ec, std::string_view words) {
        if (auto found = waiting.extract(id)) found.mapped().second(ec, words);  // and cancels the timer
    }

    uplink::tcp_client client;
    std::map<std::string, std::pair<asio::steady_timer, handler>> waiting{};
    int last_id = 0;
};
// [/asker]

int main() {
    little_server server(answer_backwards);  // and not at all what says nothing
    asio::io_context io;
    std::map<std::string, bool> log;
    const auto it = std::make_shared<asker>(io);
    const auto add = [&](uplink::error_code ec, std::string_view words) {
        log[ec == uplink::condition::timeout ? "late" : std::string(words)] = true;
        if (log.size() == 3) it->client.close();
    };
    it->client.async_connect(server.host(), server.service(), 10s, [&](uplink::error_code ec, auto) {
        if (!ec) it->receive();
        it->ask("a", 10s, add), it->ask("", 20ms, add), it->ask("b", 10s, add);
    });
    io.run();
    return log.contains("a\n") && log.contains("b\n") && log.contains("late") ? 0 : 1;
}
