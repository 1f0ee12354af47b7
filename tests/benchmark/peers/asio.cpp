// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Usual Asio code with callbacks: the composed operations, a socket on the io_context's own executor type, and no
// more cleverness than a good example has.
#include "peers.hpp"

#include "asio_common.hpp"
#include "asio_many.hpp"
#include "raw.hpp"

#include <array>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::benchmark {

namespace {

/// Connects, reads into a string until the end, closes, and begins again.
struct receiver {
    const task& work;
    asio::io_context& io;
    std::uint64_t left = 0;
    std::optional<asio_socket> socket{};
    std::string response{};

    void begin() {
        socket.emplace(io);
        socket->async_connect(server_at(work.ports[0]), [this](std::error_code ec) {
            check(ec, "connect");
            asio::async_read(*socket, asio::dynamic_buffer(response),
                             [this](std::error_code failure, std::size_t count) { end(failure, count); });
        });
    }
    void end(std::error_code ec, std::size_t count) {
        if (ec != asio::error::eof) check(ec, "read");
        check_size(count, work.bytes, "read");
        socket->close();
        if (work.fresh) std::exchange(response, {});
        else response.clear();
        if (--left) begin();
    }
};

void receive(const task& work, meter& costs) {
    asio::io_context io(1);
    receiver program{work, io};
    if (!work.fresh) {
        program.left = 1;
        program.begin();
        io.run();
        io.restart();
    }
    program.left = work.operations;
    costs.start();
    program.begin();
    io.run();
    costs.stop();
}

asio_socket connected(asio::io_context& io, std::uint16_t port) {
    asio_socket socket(io);
    socket.connect(server_at(port));
    socket.set_option(asio::ip::tcp::no_delay(true));
    return socket;
}

void send_large(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    asio::io_context io(1);
    asio_socket socket = connected(io, work.ports[0]);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        asio::async_write(socket, asio::buffer(bytes.data(), bytes.size()),
                          [&](std::error_code ec, std::size_t count) {
                              check(ec, "write");
                              check_size(count, bytes.size(), "write");
                          });
        io.run();
        io.restart();
    }
    costs.stop();
}

/// One write at a time is all that a socket allows, so each completion starts the next.
struct small_sender {
    const task& work;
    asio_socket socket;
    std::string message = std::string(work.bytes, 'm');
    std::uint64_t done = 0;

    void send() {
        asio::async_write(socket, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            if (++done < work.operations) send();
        });
    }
};

void send_small(const task& work, meter& costs) {
    asio::io_context io(1);
    small_sender program{work, connected(io, work.ports[0])};
    costs.start();
    program.send();
    io.run();
    costs.stop();
}

struct ping_pong_program {
    const task& work;
    asio_socket socket;
    std::uint64_t done = 0;
    std::array<char, message_size> message{};

    void send() {
        asio::async_write(socket, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            receive();
        });
    }
    void receive() {
        asio::async_read(socket, asio::buffer(message), [this](std::error_code ec, std::size_t) {
            check(ec, "read");
            if (++done < work.operations) send();
        });
    }
};

void ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    ping_pong_program program{work, connected(io, work.ports[0])};
    costs.start();
    program.send();
    io.run();
    costs.stop();
}

void spinning_ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    ping_pong_program program{work, connected(io, work.ports[0])};
    costs.start();
    program.send();
    while (!io.stopped()) io.poll();
    costs.stop();
}

/// Connects, writes, half-closes, reads until the end, closes, and begins again.
struct exchanger {
    const task& work;
    asio::io_context& io;
    std::uint64_t& begun;
    std::optional<asio_socket> socket{};
    std::string response{};
    std::array<char, message_size> request{};

    void begin() {
        if (begun == work.operations) return;
        ++begun;
        response.clear();
        socket.emplace(io);
        socket->async_connect(server_at(work.ports[0]), [this](std::error_code ec) {
            check(ec, "connect");
            socket->set_option(asio::ip::tcp::no_delay(true));
            write();
        });
    }
    void write() {
        asio::async_write(*socket, asio::buffer(request), [this](std::error_code ec, std::size_t) {
            check(ec, "write");
            socket->shutdown(asio_socket::shutdown_send);
            read();
        });
    }
    void read() {
        asio::async_read(*socket, asio::dynamic_buffer(response),
                         [this](std::error_code ec, std::size_t count) {
                             if (ec != asio::error::eof) check(ec, "read");
                             check_size(count, reply_size, "read");
                             socket->close();
                             begin();
                         });
    }
};

void exchange(const task& work, meter& costs) {
    asio::io_context io(1);
    std::uint64_t begun = 0;
    std::vector<exchanger> programs;
    for (std::size_t i = 0; i < work.at_once; ++i) programs.push_back({work, io, begun});
    costs.start();
    for (exchanger& program : programs) program.begin();
    io.run();
    costs.stop();
}

}  // namespace

peer asio_peer() {
    return {.name = "asio",
            .receive = receive,
            .send_large = send_large,
            .send_small = send_small,
            .ping_pong = ping_pong,
            .spinning_ping_pong = spinning_ping_pong,
            .exchange = exchange,
            .connections = asio_connections,
            .latency = asio_latency};
}

}  // namespace uplink::benchmark
