// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The library over TLS with callbacks, one program a workload, each as a user would write it: tls_client, and the
// options as they come.
#include "workloads.hpp"

#include "../peers/asio_common.hpp"
#include "../peers/raw.hpp"

#include <uplink/tls.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace uplink::benchmark {

namespace {

tls_options trusting() {
    tls_options options;
    options.ca_pem = tls_root();
    return options;
}

/// Connected, before what is measured begins.
struct session {
    asio::io_context io{1};
    tls_client client;

    explicit session(std::uint16_t port, client_options options = {})
        : client(io, trusting(), std::move(options)) {
        client.async_connect(tls_host, port, [](std::error_code ec, const auto&) { check(ec, "connect"); });
        io.run();
        io.restart();
    }
    void await_answer() {
        client.async_receive_exactly(1, [](std::error_code ec, std::string_view) { check(ec, "receive"); });
    }
};

void send_large(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    session one(work.ports[0]);
    costs.start();
    one.client.async_send(asio::buffer(bytes.data(), bytes.size()), [&](std::error_code ec, std::size_t) {
        check(ec, "send");
        one.await_answer();
    });
    one.io.run();
    costs.stop();
}

/// The first message does not count.
struct receiver {
    const task& work;
    meter& costs;
    session one{work.ports[0], {.max_receive = work.bytes + 1}};
    std::uint64_t done = 0;

    void begin() {
        one.client.async_send(asio::buffer("?", 1), [this](std::error_code ec, std::size_t) {
            check(ec, "send");
            receive();
        });
    }
    void receive() {
        one.client.async_receive_exactly(work.bytes, [this](std::error_code ec, std::string_view) {
            check(ec, "receive");
            if (done == 0) costs.start();
            if (done++ < work.operations) receive();
        });
    }
};

void receive_large(const task& work, meter& costs) {
    receiver program{work, costs};
    program.begin();
    program.one.io.run();
    costs.stop();
}

/// A message goes out, and when it has gone the answer is asked for.
struct ping_pong_program {
    const task& work;
    session one{work.ports[0]};
    std::uint64_t done = 0;
    std::array<char, message_size> message{};

    void send() {
        one.client.async_send(asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "send");
            receive();
        });
    }
    void receive() {
        one.client.async_receive_exactly(message_size, [this](std::error_code ec, std::string_view) {
            check(ec, "receive");
            if (++done < work.operations) send();
        });
    }
};

void ping_pong(const task& work, meter& costs) {
    ping_pong_program program{work};
    costs.start();
    program.send();
    program.one.io.run();
    costs.stop();
}

client_options queue_for(const task& work) {
    client_options options;
    options.send_queue.limit = std::max<std::size_t>(options.send_queue.limit, work.at_once * work.bytes);
    return options;
}

/// So many sends are kept under way; each that completes starts the next. The first ones do not count.
struct small_sender {
    const task& work;
    meter& costs;
    session one{work.ports[0], queue_for(work)};
    std::string message = std::string(work.bytes, 'm');
    std::uint64_t begun = 0;
    std::uint64_t done = 0;

    std::uint64_t all() const { return work.at_once + work.operations; }
    void send() {
        ++begun;
        one.client.async_send(asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "send");
            if (++done == work.at_once) costs.start();
            if (done == all()) one.await_answer();
            if (begun < all()) send();
        });
    }
};

void send_small(const task& work, meter& costs) {
    small_sender program{work, costs};
    while (program.begun < work.at_once) program.send();
    program.one.io.run();
    costs.stop();
}

/// Connects, sends, receives, closes, and begins again.
struct handshaker {
    const task& work;
    asio::io_context io{1};
    tls_client client;
    std::array<char, message_size> message{};
    std::uint64_t left = 0;
    bool is_first = true;

    handshaker(const task& what, tls_options options) : work(what), client(io, std::move(options)) {}

    void begin() {
        client.async_connect(tls_host, work.ports[0], [this](std::error_code ec, const auto&) {
            check(ec, "connect");
            if (client.last_connect().tls.resumed != (!work.fresh && !is_first))
                throw std::runtime_error("another kind of handshake");
            is_first = false;
            talk();
        });
    }
    void talk() {
        client.async_send(asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "send");
            client.async_receive_exactly(message_size, [this](std::error_code failure, std::string_view) {
                check(failure, "receive");
                client.close();
                if (left-- != 0) begin();
            });
        });
    }
};

void handshake(const task& work, meter& costs) {
    tls_options options = trusting();
    if (work.fresh) options.session_cache = 0;
    handshaker program(work, std::move(options));
    program.begin();
    program.io.run();
    program.io.restart();
    program.left = work.operations - 1;
    costs.start();
    program.begin();
    program.io.run();
    costs.stop();
}

/// One echo each; then it waits for more. Every handshake is a full one, as those of the others are.
void connections(const task& work, meter& costs) {
    static const std::array<char, message_size> message{};
    tls_options options = trusting();
    options.session_cache = 0;
    costs.start();
    asio::io_context io(1);
    const tls_context context(std::move(options));
    std::deque<tls_client> all;
    std::function<void()> begin = [&] {
        if (all.size() == work.operations) return io.stop();
        tls_client& client = all.emplace_back(io, context);
        client.async_connect(tls_host, work.ports[0], [&](std::error_code ec, const auto&) {
            check(ec, "connect");
            client.async_send(asio::buffer(message), [&](std::error_code failure, std::size_t) {
                check(failure, "send");
                client.async_receive_exactly(message_size, [&](std::error_code problem, std::string_view) {
                    check(problem, "receive");
                    client.async_receive_exactly(message_size, [](std::error_code, std::string_view) {});
                    begin();
                });
            });
        });
    };
    begin();
    io.run();
    costs.rest();
    costs.stop();
}

void another(const task& work, meter& costs) {
    asio::io_context io(1);
    const tls_client first(io);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) const tls_client second(io);
    costs.stop();
}

}  // namespace

tls_program uplink_tls_program() {
    return {.name = "uplink",
            .send_large = send_large,
            .receive_large = receive_large,
            .ping_pong = ping_pong,
            .send_small = send_small,
            .handshake = handshake,
            .connections = connections,
            .another = another};
}

}  // namespace uplink::benchmark
