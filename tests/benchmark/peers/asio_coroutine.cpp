// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Usual Asio code with coroutines, on the io_context's own executor type.
#include "peers.hpp"

#include "asio_common.hpp"
#include "raw.hpp"

#include <array>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <exception>
#include <string>
#include <utility>

namespace uplink::benchmark {

namespace {

using task_type = asio::awaitable<void, executor>;
constexpr asio::use_awaitable_t<executor> awaiting;

void rethrow(std::exception_ptr problem) {
    if (problem) std::rethrow_exception(problem);
}

void run(asio::io_context& io, task_type program) {
    asio::co_spawn(io, std::move(program), rethrow);
    io.run();
}

task_type receive_all(const task& work, asio::io_context& io, std::string& response,
                      std::uint64_t operations) {
    for (std::uint64_t i = 0; i < operations; ++i) {
        asio_socket socket(io);
        co_await socket.async_connect(server_at(work.ports[0]), awaiting);
        std::error_code ec;
        const std::size_t count = co_await asio::async_read(socket, asio::dynamic_buffer(response),
                                                            asio::redirect_error(awaiting, ec));
        if (ec != asio::error::eof) check(ec, "read");
        check_size(count, work.bytes, "read");
        if (work.fresh) std::exchange(response, {});
        else response.clear();
    }
}

void receive(const task& work, meter& costs) {
    asio::io_context io(1);
    std::string response;
    if (!work.fresh) run(io, receive_all(work, io, response, 1));
    io.restart();
    costs.start();
    run(io, receive_all(work, io, response, work.operations));
    costs.stop();
}

task_type ping_pong_program(const task& work, asio_socket& socket, meter& costs) {
    std::array<char, message_size> message{};
    socket.connect(server_at(work.ports[0]));
    socket.set_option(asio::ip::tcp::no_delay(true));
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        co_await asio::async_write(socket, asio::buffer(message), awaiting);
        co_await asio::async_read(socket, asio::buffer(message), awaiting);
    }
    costs.stop();
}

void ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    asio_socket socket(io);
    run(io, ping_pong_program(work, socket, costs));
}

void spinning_ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    asio_socket socket(io);
    asio::co_spawn(io, ping_pong_program(work, socket, costs), rethrow);
    while (!io.stopped()) io.poll();
}

task_type exchange_program(const task& work, asio::io_context& io, std::uint64_t& begun) {
    const std::array<char, message_size> request{};
    std::string response;
    while (begun < work.operations) {
        ++begun;
        response.clear();
        asio_socket socket(io);
        co_await socket.async_connect(server_at(work.ports[0]), awaiting);
        socket.set_option(asio::ip::tcp::no_delay(true));
        co_await asio::async_write(socket, asio::buffer(request), awaiting);
        socket.shutdown(asio_socket::shutdown_send);
        std::error_code ec;
        const std::size_t count = co_await asio::async_read(socket, asio::dynamic_buffer(response),
                                                            asio::redirect_error(awaiting, ec));
        if (ec != asio::error::eof) check(ec, "read");
        check_size(count, reply_size, "read");
    }
}

void exchange(const task& work, meter& costs) {
    asio::io_context io(1);
    std::uint64_t begun = 0;
    costs.start();
    for (std::size_t i = 0; i < work.at_once; ++i) {
        asio::co_spawn(io, exchange_program(work, io, begun), rethrow);
    }
    io.run();
    costs.stop();
}

struct shared_counts {
    const task& work;
    asio::io_context& io;
    std::uint64_t begun = 0;
    std::uint64_t echoed = 0;
};

void begin_sessions(shared_counts& counts, std::uint64_t count);

task_type session(shared_counts& counts) {
    std::array<char, message_size> message{};
    asio_socket socket(counts.io);
    co_await socket.async_connect(server_at(counts.work.ports[0]), awaiting);
    co_await asio::async_write(socket, asio::buffer(message), awaiting);
    co_await asio::async_read(socket, asio::buffer(message), awaiting);
    if (++counts.echoed == counts.work.operations) counts.io.stop();
    else begin_sessions(counts, 1);
    co_await asio::async_read(socket, asio::buffer(message), awaiting);
}

void begin_sessions(shared_counts& counts, std::uint64_t count) {
    for (; count && counts.begun < counts.work.operations; --count, ++counts.begun) {
        asio::co_spawn(counts.io, session(counts), rethrow);
    }
}

void connections(const task& work, meter& costs) {
    costs.start();
    asio::io_context io(1);
    shared_counts counts{work, io};
    begin_sessions(counts, work.at_once);
    io.run();
    costs.rest();
    costs.stop();
}

}  // namespace

peer asio_coroutine_peer() {
    return {.name = "asio coroutine",
            .receive = receive,
            .ping_pong = ping_pong,
            .spinning_ping_pong = spinning_ping_pong,
            .exchange = exchange,
            .connections = connections};
}

}  // namespace uplink::benchmark
