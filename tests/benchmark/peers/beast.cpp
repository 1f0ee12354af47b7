// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Boost.Beast's stream with its time limits, as Beast's own examples use it, on the io_context's executor type. It
// is compiled against Boost.Asio, whichever that is, and shares nothing with the clients on standalone Asio.
#include "peers.hpp"
#include "raw.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace uplink::benchmark {

namespace {

namespace asio = boost::asio;
using error = boost::system::error_code;
using stream = boost::beast::basic_stream<asio::ip::tcp, asio::io_context::executor_type>;
constexpr std::chrono::seconds limit(30);

asio::ip::tcp::endpoint at(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

void check(const error& ec, const char* step) {
    if (ec) throw boost::system::system_error(ec, step);
}
void check_size(std::uint64_t found, std::uint64_t expected, const char* step) {
    if (found != expected)
        throw std::runtime_error(std::string(step) + ": " + std::to_string(found) + " bytes");
}

struct receiver {
    const task& work;
    asio::io_context& io;
    std::uint64_t left = 0;
    std::optional<stream> socket{};
    std::string response{};

    void begin() {
        socket.emplace(io);
        socket->expires_after(limit);
        socket->async_connect(at(work.ports[0]), [this](error ec) {
            check(ec, "connect");
            socket->expires_after(limit);
            asio::async_read(*socket, asio::dynamic_buffer(response),
                             [this](error failure, std::size_t count) { end(failure, count); });
        });
    }
    void end(error ec, std::size_t count) {
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

std::unique_ptr<stream> connected(asio::io_context& io, std::uint16_t port) {
    auto socket = std::make_unique<stream>(io);
    socket->socket().connect(at(port));
    socket->socket().set_option(asio::ip::tcp::no_delay(true));
    return socket;
}

/// One write at a time, each with a limit of its own.
struct sender {
    const task& work;
    std::unique_ptr<stream> socket;
    asio::const_buffer message;
    std::uint64_t done = 0;

    void send() {
        socket->expires_after(limit);
        asio::async_write(*socket, message, [this](error ec, std::size_t) {
            check(ec, "write");
            if (++done < work.operations) send();
        });
    }
};

void send(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    asio::io_context io(1);
    sender program{work, connected(io, work.ports[0]), asio::buffer(bytes.data(), bytes.size())};
    costs.start();
    program.send();
    io.run();
    costs.stop();
}

struct ping_pong_program {
    const task& work;
    std::unique_ptr<stream> socket;
    std::uint64_t done = 0;
    std::array<char, message_size> message{};

    void send() {
        socket->expires_after(limit);
        asio::async_write(*socket, asio::buffer(message), [this](error ec, std::size_t) {
            check(ec, "write");
            receive();
        });
    }
    void receive() {
        socket->expires_after(limit);
        asio::async_read(*socket, asio::buffer(message), [this](error ec, std::size_t) {
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

struct exchanger {
    const task& work;
    asio::io_context& io;
    std::uint64_t& begun;
    std::unique_ptr<stream> socket{};
    std::string response{};
    std::array<char, message_size> request{};

    void begin() {
        if (begun == work.operations) return;
        ++begun;
        response.clear();
        socket = std::make_unique<stream>(io);
        socket->expires_after(limit);
        socket->async_connect(at(work.ports[0]), [this](error ec) {
            check(ec, "connect");
            socket->socket().set_option(asio::ip::tcp::no_delay(true));
            write();
        });
    }
    void write() {
        asio::async_write(*socket, asio::buffer(request), [this](error ec, std::size_t) {
            check(ec, "write");
            socket->socket().shutdown(asio::ip::tcp::socket::shutdown_send);
            asio::async_read(*socket, asio::dynamic_buffer(response),
                             [this](error failure, std::size_t count) {
                                 if (failure != asio::error::eof) check(failure, "read");
                                 check_size(count, reply_size, "read");
                                 socket->close();
                                 begin();
                             });
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

peer beast_peer() {
    return {.name = "Beast",
            .receive = receive,
            .send_large = send,
            .send_small = send,
            .ping_pong = ping_pong,
            .exchange = exchange};
}

}  // namespace uplink::benchmark
