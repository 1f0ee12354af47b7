// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The small pieces of code that the pages about handlers, backpressure, half-close and limits show, each run against a
// simulated network. The program fails if one of them does not do what its page says.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/read_until.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using uplink::testing::network;
using test_client = uplink::async_client<uplink::testing::socket>;

void check(const char* what, bool good) {
    std::cout << (good ? "passed: " : "FAILED: ") << what << '\n';
    if (!good) std::exit(EXIT_FAILURE);
}

/// A client that is connected.
test_client connected(network& net, uplink::client_options options = {}) {
    test_client client(net.get_executor(), std::move(options));
    bool good = false;
    client.async_connect("192.0.2.1", 80, [&](uplink::error_code ec, const auto&) { good = !ec; });
    net.run_until([&] { return good; });
    check("connected", good);
    return client;
}

// [shared]
template <class Stream> class asker : public std::enable_shared_from_this<asker<Stream>> {
public:
    explicit asker(uplink::async_client<Stream> client) : client_(std::move(client)) {}

    void ask(std::function<void(std::string)> answer) {
        client_.async_send(std::string("TIME\n"), 5s, [](uplink::error_code, std::size_t) {});
        client_.async_receive_until(
            "\n", 5s,
            [self = this->shared_from_this(), answer](uplink::error_code ec, std::string_view line) {
                answer(ec ? self->describe(ec) : std::string(line));
            });
    }
    void stop() { client_.close(); }  // the handler comes soon, with operation_aborted

private:
    std::string describe(uplink::error_code ec) const { return "no answer: " + ec.message(); }

    uplink::async_client<Stream> client_;
};
// [/shared]

void handlers() {
    network net;
    net.endpoint("192.0.2.1:80").accept().expect("TIME\n").reply("12:30\n");
    std::string said;
    std::make_shared<asker<uplink::testing::socket>>(connected(net))->ask([&](std::string answer) {
        said = answer;
    });
    net.run();
    check("the object lives until its handler has run", said == "12:30\n");
}

void views() {
    network net;
    net.endpoint("192.0.2.1:80").accept().reply("first\nsecond\n");
    test_client client = connected(net);
    std::string pair;
    // [views]
    client.async_receive_until("\n", 5s, [&](uplink::error_code ec, std::string_view line) {
        if (ec) return;
        std::string first(line);  // a copy: the view ends with the next receive
        client.async_receive_until("\n", 5s, [&, first](uplink::error_code ec2, std::string_view second) {
            if (!ec2) pair = first + std::string(second);
        });
    });
    // [/views]
    net.run();
    check("both lines are there", pair == "first\nsecond\n");
}

void cancel_one() {
    network net;
    net.endpoint("192.0.2.1:80").accept().after(1s).reply("line\n");
    test_client client = connected(net);
    bool cancelled = false;
    std::string line;
    // [cancel]
    asio::cancellation_signal signal;  // outlives the operation
    client.async_receive_until("\n",
                               asio::bind_cancellation_slot(signal.slot(), [&](uplink::error_code ec, auto) {
                                   cancelled = ec == uplink::condition::cancelled;
                               }));
    signal.emit(asio::cancellation_type::terminal);
    // [/cancel]
    net.poll();
    client.async_receive_until("\n", [&](uplink::error_code, std::string_view text) { line = text; });
    net.run();
    check("a cancel loses no byte", cancelled && line == "line\n");
}

// [producer]
/// Sends all that a source gives, and never holds more than the queue's low-water mark and one piece.
template <class Stream> class producer {
public:
    producer(uplink::async_client<Stream>& client, std::function<std::string()> source)
        : client_(client), source_(std::move(source)) {}

    void go_on() {
        while (client_.send_queue_bytes() <= client_.options().send_queue.low_water) {
            std::string piece = source_();
            if (piece.empty()) return;
            client_.async_send(std::move(piece), [this](uplink::error_code ec, std::size_t) {
                if (ec) failed_ = true;
            });
        }
        client_.async_drain(30s, [this](uplink::error_code ec) {
            if (!ec && !failed_) go_on();
        });
    }

private:
    uplink::async_client<Stream>& client_;
    std::function<std::string()> source_;
    bool failed_ = false;
};
// [/producer]

void backpressure() {
    network net;
    net.endpoint("192.0.2.1:80").accept().latency(1ms).silent();
    test_client client = connected(net);
    std::size_t pieces = 0, most = 0;
    producer<uplink::testing::socket> source(client, [&] {
        most = std::max(most, client.send_queue_bytes());
        return ++pieces > 1000 ? std::string() : std::string(10'000, 'x');
    });
    source.go_on();
    net.run();
    check("10 MB are sent", client.stats().bytes_sent == 10'000'000);
    check("through a queue that stays small", most <= client.options().send_queue.low_water + 10'000);
}

void queue_full() {
    network net;
    net.endpoint("192.0.2.1:80").accept().window(1).deaf();
    test_client client = connected(net, {.send_queue = {.limit = 100}});
    std::vector<uplink::error_code> ends;
    client.async_send(std::string(1000, 'a'), [](uplink::error_code, std::size_t) {});
    // [queue_full]
    client.async_send(std::string(200, 'b'), [&](uplink::error_code ec, std::size_t) {
        ends.push_back(ec);
        if (ec == uplink::errc::send_queue_full) client.close();  // a hole in the stream is worse
    });
    // [/queue_full]
    net.run();
    check("a refused send says so", ends.size() == 1 && ends[0] == uplink::errc::send_queue_full);
}

void half_close() {
    network net;
    net.endpoint("192.0.2.1:80").accept().expect("3\n1\n2\n").expect_eof().reply("1\n2\n3\n").close();
    test_client client = connected(net);
    std::string sorted;
    // [half_close]
    client.async_exchange(std::string("3\n1\n2\n"), uplink::half_close, 5s,
                          [&](uplink::error_code ec, std::size_t) {
                              if (!ec) sorted = client.state().view();
                          });
    // [/half_close]
    net.run();
    check("a peer that waits for our end answers", sorted == "1\n2\n3\n");
}

void no_half_close() {
    network net;
    net.endpoint("192.0.2.1:80")
        .accept()
        .expect("GET / HTTP/1.0\r\n\r\n")
        .reply("HTTP/1.0 200 OK\r\n\r\n")
        .close();
    test_client client = connected(net);
    std::string page;
    // [no_half_close]
    client.async_exchange(std::string("GET / HTTP/1.0\r\n\r\n"), 5s, [&](uplink::error_code ec, std::size_t) {
        if (!ec) page = client.state().view();
    });
    // [/no_half_close]
    net.run();
    check("a peer that knows the end of a request answers", page.starts_with("HTTP/1.0 200"));
}

void limits() {
    network net;
    net.endpoint("192.0.2.1:80").accept().after(2s).reply("one\n").after(2s).reply("two\n");
    test_client client = connected(net);
    std::vector<std::string> ends;
    // [time_point]
    const auto end = net.now() + 3s;  // in a program: std::chrono::steady_clock::now() + 3s
    client.async_receive_until("\n", end, [&](uplink::error_code ec, std::string_view line) {
        ends.push_back(ec ? ec.message() : std::string(line));
        client.async_receive_until("\n", end, [&](uplink::error_code ec2, std::string_view line2) {
            ends.push_back(ec2 ? ec2.message() : std::string(line2));
        });
    });
    // [/time_point]
    net.run();
    check("the first line came in time, the second did not",
          ends.size() == 2 && ends[0] == "one\n" && ends[1] != "two\n");
}

void limited() {
    network net;
    net.endpoint("192.0.2.1:80").accept().pace(1s).split(1).reply("a line that drips\n");
    test_client client = connected(net);
    bool timeout = false;
    std::string text;
    // [limited]
    auto stream = client.limited(5s);  // all that is read from it, together
    asio::async_read_until(stream, asio::dynamic_buffer(text), '\n', [&](uplink::error_code ec, std::size_t) {
        timeout = ec == uplink::condition::timeout;
    });
    // [/limited]
    net.run();
    check("a peer that drips is given up", timeout);
}

void options() {
    network net;
    // [options]
    const uplink::client_options options{
        .connect = {.timeout = 10s},        // lookup, race, proxy and handshake together
        .idle_timeout = 30s,                // a send or a receive that does not go forward
        .close_timeout = 2s,                // async_close, if it is given no limit
        .max_receive = 16 * 1024 * 1024,    // bytes that state() may hold
        .send_queue = {.limit = 1'000'000}  // bytes that wait to be sent
    };
    uplink::async_client client{net.get_executor(), options};
    // [/options]
    check("the client keeps its options", client.options().idle_timeout == 30s);
}

int main() {
    handlers();
    views();
    cancel_one();
    backpressure();
    queue_full();
    half_close();
    no_half_close();
    limits();
    limited();
    options();
}
