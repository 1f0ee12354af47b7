// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The library with callbacks on many connections of one thread, and as a plain stream: with async_read_some and
// async_write_some, which take the caller's buffers, as Asio's sockets do.
#include "uplink_many.hpp"

#include "peers.hpp"
#include "raw.hpp"
#include "uplink.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <utility>

namespace uplink::benchmark {

namespace {

/// What all sessions of a run share.
struct session_counts {
    const task& work;
    std::uint64_t begun = 0;
    std::uint64_t echoed = 0;
    std::function<void()> begin_next{};
    std::function<void()> all_echoed{};

    void one_echoed() {
        if (++echoed == work.operations) all_echoed();
        else begin_next();
    }
};

/// One echo through the client's own buffer; then it waits for more.
struct session {
    plain_client client;
    session_counts& counts;

    session(asio::io_context& io, session_counts& shared) : client(io), counts(shared) {}

    void begin() {
        static const std::array<char, message_size> message{};
        client.async_connect(server_at(counts.work.ports[0]), [this](std::error_code ec, const auto&) {
            check(ec, "connect");
            client.async_send(asio::buffer(message), [this](std::error_code failure, std::size_t) {
                check(failure, "send");
                client.async_receive_exactly(message_size, [this](std::error_code problem, std::string_view) {
                    check(problem, "receive");
                    client.async_receive_exactly(message_size, [](std::error_code, std::string_view) {});
                    counts.one_echoed();
                });
            });
        });
    }
};

/// One echo through a buffer of the session's own; then it waits for more.
struct stream_session {
    plain_client client;
    session_counts& counts;
    std::array<char, message_size> message{};

    stream_session(asio::io_context& io, session_counts& shared) : client(io), counts(shared) {}

    void begin() {
        client.async_connect(server_at(counts.work.ports[0]), [this](std::error_code ec, const auto&) {
            check(ec, "connect");
            client.async_write_some(asio::buffer(message), [this](std::error_code failure, std::size_t) {
                check(failure, "write");
                client.async_read_some(asio::buffer(message), [this](std::error_code problem, std::size_t n) {
                    check(problem, "read");
                    check_size(n, message_size, "read");
                    client.async_read_some(asio::buffer(message), [](std::error_code, std::size_t) {});
                    counts.one_echoed();
                });
            });
        });
    }
};

template <class Session> void connections(const task& work, meter& costs) {
    costs.start();
    asio::io_context io(1);
    session_counts counts{work};
    std::deque<Session> sessions;
    counts.begin_next = [&] {
        if (counts.begun == work.operations) return;
        ++counts.begun;
        sessions.emplace_back(io, counts).begin();
    };
    counts.all_echoed = [&] { io.stop(); };
    for (std::size_t i = 0; i < work.at_once; ++i) counts.begin_next();
    io.run();
    costs.rest();
    costs.stop();
}

/// A request and its reply, over and over, while two long sends are always queued on another client.
struct loaded_talk {
    const task& work;
    meter& costs;
    asio::io_context& io;
    plain_client load{io, {.send_queue = {.limit = 4 * load_size}}};
    plain_client talk{io};
    zeros bytes{load_size};
    std::array<char, message_size> message{};
    std::uint64_t rounds = 0;
    std::chrono::steady_clock::time_point asked{};

    void send_load() {
        load.async_send(asio::buffer(bytes.data(), bytes.size()), [this](std::error_code ec, std::size_t) {
            if (rounds == work.operations) return;
            check(ec, "load");
            send_load();
        });
    }
    void ask() {
        asked = std::chrono::steady_clock::now();
        talk.async_send(asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "send");
            talk.async_receive_exactly(message_size, [this](std::error_code failure, std::string_view) {
                check(failure, "receive");
                costs.lap(std::chrono::steady_clock::now() - asked);
                if (++rounds < work.operations) ask();
                else io.stop();
            });
        });
    }
};

struct stream_ping_pong {
    const task& work;
    plain_client client;
    std::uint64_t done = 0;
    std::array<char, message_size> message{};

    void write() {
        client.async_write_some(asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            client.async_read_some(asio::buffer(message), [this](std::error_code failure, std::size_t n) {
                check(failure, "read");
                check_size(n, message_size, "read");
                if (++done < work.operations) write();
            });
        });
    }
};

void ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    stream_ping_pong program{work, plain_client(io)};
    program.client.async_connect(server_at(work.ports[0]), [&](std::error_code ec, const auto&) {
        check(ec, "connect");
        costs.start();
        program.write();
    });
    io.run();
    costs.stop();
}

}  // namespace

void uplink_connections(const task& work, meter& costs) { connections<session>(work, costs); }

void uplink_latency(const task& work, meter& costs) {
    asio::io_context io(1);
    loaded_talk program{work, costs, io};
    costs.expect_laps(work.operations);
    int connected = 0;
    const auto connect_ended = [&](std::error_code ec, const auto&) {
        check(ec, "connect");
        if (++connected < 2) return;
        costs.start();
        program.send_load();
        program.send_load();
        program.ask();
    };
    program.talk.async_connect(server_at(work.ports[0]), connect_ended);
    program.load.async_connect(server_at(work.ports[1]), connect_ended);
    io.run();
    costs.stop();
}

peer uplink_stream_peer() {
    return {.name = "uplink as a stream", .ping_pong = ping_pong, .connections = connections<stream_session>};
}

}  // namespace uplink::benchmark
