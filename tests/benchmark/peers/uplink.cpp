// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The library with callbacks, one program a workload, each as a user would write it: nothing but the public
// functions, and the options as they come. uplink_peer passes no time limits; uplink_timed_peer passes one to
// every operation.
#include "peers.hpp"

#include "raw.hpp"
#include "uplink.hpp"
#include "uplink_many.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace uplink::benchmark {

namespace {

using namespace std::chrono_literals;

/// Connects, receives until the end, takes or keeps the response, closes, and begins again.
struct receiver {
    const task& work;
    plain_client client;
    received_bytes empty{};
    std::uint64_t done = 0;

    void begin() {
        client.async_connect(server_at(work.ports[0]), [this](std::error_code ec, const auto&) {
            check(ec, "connect");
            client.async_receive([this](std::error_code failure, std::size_t count) { end(failure, count); });
        });
    }
    void end(std::error_code ec, std::size_t count) {
        check(ec, "receive");
        check_size(count, work.bytes, "receive");
        if (work.fresh) client.state() = empty;
        client.close();
        if (++done < work.operations) begin();
    }
};

void receive_into(const received_bytes& empty, const task& work, meter& costs) {
    asio::io_context io(1);
    receiver program{work, plain_client(io, {.max_receive = work.bytes + 1}, empty), empty};
    if (!work.fresh) {  // the state has what the floor has: memory that was used before
        const std::uint64_t operations = std::exchange(program.done, work.operations - 1);
        program.begin();
        io.run();
        io.restart();
        program.done = operations;
    }
    costs.start();
    program.begin();
    io.run();
    costs.stop();
}

void receive(const task& work, meter& costs) { receive_into(received_bytes(), work, costs); }
void receive_huge(const task& work, meter& costs) { receive_into(received_bytes(huge_pages), work, costs); }

/// A client that is connected, before what is measured begins.
plain_client connected(asio::io_context& io, std::uint16_t port, client_options options = {}) {
    plain_client client(io, std::move(options));
    client.async_connect(server_at(port), [](std::error_code ec, const auto&) { check(ec, "connect"); });
    io.run();
    io.restart();
    return client;
}

void send_large(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    asio::io_context io(1);
    plain_client client = connected(io, work.ports[0]);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        client.async_send(asio::buffer(bytes.data(), bytes.size()),
                          [&](std::error_code ec, std::size_t count) {
                              check(ec, "send");
                              check_size(count, bytes.size(), "send");
                          });
        io.run();
        io.restart();
    }
    costs.stop();
}

/// So many sends are kept under way; each that completes starts the next.
struct small_sender {
    const task& work;
    plain_client client;
    std::string message = std::string(work.bytes, 'm');
    std::uint64_t begun = 0;
    std::uint64_t done = 0;

    void send() {
        ++begun;
        client.async_send(asio::buffer(message), [this](std::error_code ec, std::size_t count) {
            check(ec, "send");
            check_size(count, message.size(), "send");
            ++done;
            if (begun < work.operations) send();
        });
    }
};

void send_small(const task& work, meter& costs) {
    asio::io_context io(1);
    client_options options;
    options.send_queue.limit = std::max<std::size_t>(options.send_queue.limit, work.at_once * work.bytes);
    small_sender program{work, connected(io, work.ports[0], options)};
    costs.start();
    while (program.begun < work.operations && program.begun < work.at_once) program.send();
    io.run();
    costs.stop();
    check_size(program.done, work.operations, "sends");
}

/// A message goes out, and when it has gone the answer is asked for. With Limits each is given one.
template <bool Limits> struct ping_pong_program {
    const task& work;
    plain_client client;
    std::uint64_t done = 0;
    std::array<char, message_size> message{};

    void send() {
        const auto sent = [this](std::error_code ec, std::size_t) {
            check(ec, "send");
            receive();
        };
        if constexpr (Limits) client.async_send(asio::buffer(message), 30s, sent);
        else client.async_send(asio::buffer(message), sent);
    }
    void receive() {
        const auto received = [this](std::error_code ec, std::string_view) {
            check(ec, "receive");
            if (++done < work.operations) send();
        };
        if constexpr (Limits) client.async_receive_exactly(message_size, 30s, received);
        else client.async_receive_exactly(message_size, received);
    }
};

template <bool Limits> void ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    ping_pong_program<Limits> program{work, connected(io, work.ports[0])};
    costs.start();
    program.send();
    io.run();
    costs.stop();
}

void spinning_ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    ping_pong_program<false> program{work, connected(io, work.ports[0], {.receive_spin = 10ms})};
    costs.start();
    program.send();
    io.run();
    costs.stop();
}

/// Connects, exchanges, closes, and begins again; with `fresh` it is another client each time.
template <bool Limits> struct exchanger {
    const task& work;
    asio::io_context& io;
    std::uint64_t& begun;
    std::optional<plain_client> client{};
    std::array<char, message_size> request{};

    void begin() {
        if (begun == work.operations) return;
        ++begun;
        if (work.fresh || !client) client.emplace(io);
        const auto connect_ended = [this](std::error_code ec, const auto&) {
            check(ec, "connect");
            exchange();
        };
        if constexpr (Limits) client->async_connect(server_at(work.ports[0]), 30s, connect_ended);
        else client->async_connect(server_at(work.ports[0]), connect_ended);
    }
    void exchange() {
        const auto exchanged = [this](std::error_code ec, std::size_t count) {
            check(ec, "exchange");
            check_size(count, reply_size, "exchange");
            client->close();
            begin();
        };
        if constexpr (Limits)
            client->async_exchange(asio::buffer(request), uplink::half_close, 30s, exchanged);
        else client->async_exchange(asio::buffer(request), uplink::half_close, exchanged);
    }
};

template <bool Limits> void exchange(const task& work, meter& costs) {
    asio::io_context io(1);
    std::uint64_t begun = 0;
    std::vector<exchanger<Limits>> programs;
    for (std::size_t i = 0; i < work.at_once; ++i) programs.push_back({work, io, begun});
    costs.start();
    for (exchanger<Limits>& program : programs) program.begin();
    io.run();
    costs.stop();
}

}  // namespace

peer uplink_peer() {
    return {.name = "uplink",
            .receive = receive,
            .send_large = send_large,
            .send_small = send_small,
            .ping_pong = ping_pong<false>,
            .spinning_ping_pong = spinning_ping_pong,
            .exchange = exchange<false>,
            .connections = uplink_connections,
            .latency = uplink_latency};
}

peer uplink_timed_peer() {
    return {.name = "uplink with limits", .ping_pong = ping_pong<true>, .exchange = exchange<true>};
}

peer uplink_huge_peer() { return {.name = "uplink with huge pages", .receive = receive_huge}; }

}  // namespace uplink::benchmark
