// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How to test code that uses a client: make the stream a template parameter, and give it the simulated network's.
// Nothing is opened and nothing waits: the 30 seconds below pass in no time.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

using namespace std::chrono_literals;

// --- My code: asks a time server for the time. In the program: time_asker<>. ---

template <class Stream = uplink::net::ip::tcp::socket> class time_asker {
public:
    explicit time_asker(const typename Stream::executor_type& executor) : client_(executor) {}

    void ask(std::function<void(std::string)> answer) {
        client_.async_connect("time.test", "80", 30s, [this, answer = std::move(answer)](auto ec, auto) {
            if (ec) return answer("no connection: " + ec.message());
            client_.async_send(std::string("TIME\n"), [](auto, auto) {});
            client_.async_receive_until("\n", 1s, [this, answer](auto error, std::string_view line) {
                line.remove_suffix(error ? 0 : 1);
                answer(error ? "no answer: " + error.message() : std::string(line));
                client_.close();
            });
        });
    }

private:
    uplink::async_client<Stream> client_;
};

// --- My tests ---

using uplink::testing::network;

void check(const char* what, bool good) {
    std::cout << (good ? "passed: " : "FAILED: ") << what << '\n';
    if (!good) std::exit(EXIT_FAILURE);
}

/// What the asker says on that network.
std::string ask(network& net) {
    std::string result;
    net.host("time.test").v6({"2001:db8::1"}).v4({"192.0.2.1"});
    time_asker<uplink::testing::socket> asker(net.get_executor());
    asker.ask([&](std::string answer) { result = std::move(answer); });
    net.run();
    return result;
}

int main() {
    network slow_v6;  // the first address never answers; the second does, in 6 pieces
    slow_v6.endpoint("[2001:db8::1]:80").black_hole();
    auto& second = slow_v6.endpoint("192.0.2.1:80").accept(20ms).split(1);
    second.expect("TIME\n").after(5ms).reply("12:30\n").expect_eof();
    check("the answer comes through the second address", ask(slow_v6) == "12:30");
    check("after the attempt delay, 20 ms and 5 ms", slow_v6.elapsed() == 275ms);
    check("and the server saw what it expected", slow_v6.failures().empty());

    network silent;
    silent.elsewhere().accept().expect("TIME\n");
    check("a silent server ends the wait", ask(silent).starts_with("no answer: ") && silent.elapsed() == 1s);

    network nowhere;
    nowhere.elsewhere().black_hole();
    const std::string answer = ask(nowhere);
    check("a network that drops everything ends it", answer.starts_with("no connection: "));
    check("after 30 s of virtual time", nowhere.elapsed() == 30s && nowhere.open_sockets() == 0);
}
