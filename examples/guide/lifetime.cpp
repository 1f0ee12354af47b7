// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A class with handlers that use `this`, which may be destroyed at any moment. Its client goes with it, but handlers
// that wait still run later, some of them with success. So each handler looks first whether the object is still there.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

using namespace std::chrono_literals;

// [watcher]
class watcher {
    /// A handler that does nothing once this object is gone; alive_ goes with it.
    template <class Handler> auto guard(Handler handler) {
        return [handler, alive = std::weak_ptr<char>(alive_)](auto... results) {
            if (!alive.expired()) handler(results...);
        };
    }

public:
    watcher(asio::io_context& io, std::function<void(std::string)> tell) : client_(io), on_line_(tell) {}

    void start(const std::string& host, const std::string& service) {
        client_.async_connect(host, service, 10s, guard([this](uplink::error_code ec, const auto&) {
                                  ec ? tell("connect: " + ec.message()) : receive();
                              }));
    }

private:
    void receive() {
        client_.async_receive_until("\n", guard([this](uplink::error_code ec, std::string_view line) {
                                        if (ec) return tell("receive: " + ec.message());
                                        const std::string copy(line);  // the view ends with the next receive
                                        receive();
                                        tell(copy);
                                    }));
    }
    /// Last in a handler, since it may destroy this object. The copy of on_line_ lives on.
    void tell(const std::string& words) { decltype(on_line_){on_line_}(words); }

    uplink::tcp_client client_;
    std::function<void(std::string)> on_line_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};
// [/watcher]

int main() {
    little_server server([](little_server::peer& peer) { peer.say("first\nsecond\nthird\n"); });
    asio::io_context io;
    std::string log;
    std::unique_ptr<watcher> it;
    it.reset(new watcher(io, [&](std::string line) {
        log += line;
        if (line == "second\n") it.reset();  // with a receive pending that has its third line
    }));
    it->start(server.host(), server.service());
    io.run();
    return log == "first\nsecond\n" ? 0 : 1;
}
