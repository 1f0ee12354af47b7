// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How to test code that uses a client: make the stream a template parameter, and give it the simulated network's.
// Nothing is opened and nothing waits: the 30 seconds below pass in no time. It also shows how a class whose handlers
// use `this` is written, so that it may be destroyed at any moment.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

using namespace std::chrono_literals;

// --- My code: asks a time server for the time, three times at most. In the program: time_asker<>. ---
//
// When the asker is destroyed its client and its timer go with it, but handlers that are pending still run later:
// most of them with operation_aborted, but those that had their result already (a timer that had expired, bytes that
// were sent) with that result. None may touch the asker then, so it is not enough to look at the error: each handler
// looks first whether the asker is still there. alive_ is destroyed with it.

template <class Stream = uplink::net::ip::tcp::socket> class time_asker {
public:
    explicit time_asker(const typename Stream::executor_type& executor)
        : client_(executor), pause_(executor) {}

    void ask(std::function<void(std::string)> answer) {
        answer_ = std::move(answer);
        connect();
    }

private:
    void connect() {
        client_.async_connect("time.test", "80", 30s, if_alive([this](auto ec, auto) {
                                  if (ec) return again_or("no connection: " + ec.message());
                                  client_.async_send(std::string("TIME\n"), [](auto, auto) {});
                                  receive();
                              }));
    }

    void receive() {
        // [guarded]
        client_.async_receive_until("\n", 1s, if_alive([this](auto ec, std::string_view line) {
                                        if (ec) return again_or("no answer: " + ec.message());
                                        finish(std::string(line.substr(0, line.size() - 1)));
                                    }));
        // [/guarded]
    }

    void again_or(std::string failure) {
        client_.close();
        if (++failures_ == 3) return finish(std::move(failure));
        pause_.expires_after(5s);
        pause_.async_wait(if_alive([this](auto) { connect(); }));
    }

    /// Nothing is touched after the answer, since whoever gets it may destroy the asker.
    void finish(std::string text) {
        client_.close();
        const auto answer = std::exchange(answer_, {});
        answer(std::move(text));
    }

    // [if_alive]
    /// A handler that does nothing once the asker has been destroyed.
    template <class Handler> auto if_alive(Handler handler) {
        return [token = std::weak_ptr<bool>(alive_), handler](auto... results) mutable {
            if (!token.expired()) handler(results...);
        };
    }
    // [/if_alive]

    uplink::async_client<Stream> client_;
    uplink::testing::timer_for<Stream> pause_;  // asio::steady_timer in the program, the network's in a test
    std::function<void(std::string)> answer_{};
    int failures_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// --- My tests ---

using uplink::testing::network;
using asker_in_a_test = time_asker<uplink::testing::socket>;

void check(const char* what, bool good) {
    std::cout << (good ? "passed: " : "FAILED: ") << what << '\n';
    if (!good) std::exit(EXIT_FAILURE);
}

void describe_host(network& net) { net.host("time.test").v6({"2001:db8::1"}).v4({"192.0.2.1"}); }

/// What the asker says on that network.
std::string ask(network& net) {
    std::string result;
    describe_host(net);
    asker_in_a_test asker(net.get_executor());
    asker.ask([&](std::string answer) { result = std::move(answer); });
    net.run();
    return result;
}

/// Destroys the asker when the n-th operation of the network has its result and its handler has not run yet; false if
/// it had answered by then.
bool is_destroyed_in_time(std::size_t n) {
    network net;
    describe_host(net);
    net.endpoint("[2001:db8::1]:80")
        .refuse(1ms)
        .then()
        .accept(1ms)
        .expect("TIME\n")
        .reply("12:30\n")
        .silent();
    bool answered = false;
    auto asker = std::make_unique<asker_in_a_test>(net.get_executor());
    net.on_operation(n, uplink::testing::moment::completed, [&] { asker.reset(); });
    asker->ask([&](std::string) { answered = true; });
    net.run();
    if (asker) return false;
    check("a destroyed asker does not answer, and holds nothing open", !answered && net.open_sockets() == 0);
    return true;
}

int main() {
    // [test]
    network slow_v6;  // the first address never answers; the second does, in 6 pieces
    slow_v6.endpoint("[2001:db8::1]:80").black_hole();
    auto& second = slow_v6.endpoint("192.0.2.1:80").accept(20ms).split(1);
    second.expect("TIME\n").after(5ms).reply("12:30\n").expect_eof();
    check("the answer comes through the second address", ask(slow_v6) == "12:30");
    check("after the attempt delay, 20 ms and 5 ms", slow_v6.elapsed() == 275ms);
    check("and the server saw what it expected", slow_v6.failures().empty());
    // [/test]

    network restarted;  // refuses twice, then works
    restarted.elsewhere().refuse().then().refuse().then().accept().expect("TIME\n").reply("12:31\n");
    check("a server that is down for a moment is asked again", ask(restarted) == "12:31");
    check("after the pause", restarted.elapsed() == 5s);

    network silent;
    silent.elsewhere().accept().expect("TIME\n");
    check("a silent server ends the wait", ask(silent).starts_with("no answer: "));
    check("after three seconds and two pauses", silent.elapsed() == 13s);

    network nowhere;
    nowhere.elsewhere().black_hole();
    const std::string answer = ask(nowhere);
    check("a network that drops everything ends it", answer.starts_with("no connection: "));
    check("after 100 s of virtual time", nowhere.elapsed() == 100s && nowhere.open_sockets() == 0);

    std::size_t operations = 0;
    while (is_destroyed_in_time(operations)) ++operations;
    check("it was destroyed at each of its operations: lookups, connects, writes and reads", operations > 5);
}
