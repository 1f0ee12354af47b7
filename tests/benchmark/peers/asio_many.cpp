// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Usual Asio code with callbacks, on many connections of one thread.
#include "asio_many.hpp"

#include "asio_common.hpp"
#include "raw.hpp"

#include <array>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <deque>
#include <functional>

namespace uplink::benchmark {

namespace {

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

/// One echo; then it waits for more.
struct session {
    asio_socket socket;
    session_counts& counts;
    std::array<char, message_size> message{};

    session(asio::io_context& io, session_counts& shared) : socket(io), counts(shared) {}

    void begin() {
        socket.async_connect(server_at(counts.work.ports[0]), [this](std::error_code ec) {
            check(ec, "connect");
            asio::async_write(socket, asio::buffer(message), [this](std::error_code failure, std::size_t) {
                check(failure, "write");
                asio::async_read(socket, asio::buffer(message), [this](std::error_code problem, std::size_t) {
                    check(problem, "read");
                    asio::async_read(socket, asio::buffer(message), [](std::error_code, std::size_t) {});
                    counts.one_echoed();
                });
            });
        });
    }
};

struct loaded_talk {
    const task& work;
    meter& costs;
    asio::io_context& io;
    asio_socket load{io};
    asio_socket talk{io};
    zeros bytes{load_size};
    std::array<char, message_size> message{};
    std::uint64_t rounds = 0;
    std::chrono::steady_clock::time_point asked{};

    void send_load() {
        asio::async_write(load, asio::buffer(bytes.data(), bytes.size()),
                          [this](std::error_code ec, std::size_t) {
                              if (rounds == work.operations) return;
                              check(ec, "load");
                              send_load();
                          });
    }
    void ask() {
        asked = std::chrono::steady_clock::now();
        asio::async_write(talk, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            asio::async_read(talk, asio::buffer(message), [this](std::error_code failure, std::size_t) {
                check(failure, "read");
                costs.lap(std::chrono::steady_clock::now() - asked);
                if (++rounds < work.operations) ask();
                else io.stop();
            });
        });
    }
};

}  // namespace

void asio_connections(const task& work, meter& costs) {
    costs.start();
    asio::io_context io(1);
    session_counts counts{work};
    std::deque<session> sessions;
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

void asio_latency(const task& work, meter& costs) {
    asio::io_context io(1);
    loaded_talk program{work, costs, io};
    costs.expect_laps(work.operations);
    program.talk.connect(server_at(work.ports[0]));
    program.talk.set_option(asio::ip::tcp::no_delay(true));
    program.load.connect(server_at(work.ports[1]));
    costs.start();
    program.send_load();
    program.ask();
    io.run();
    costs.stop();
}

}  // namespace uplink::benchmark
