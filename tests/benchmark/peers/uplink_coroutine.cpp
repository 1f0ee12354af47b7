// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The library with Asio's coroutines, on the io_context's own executor type.
#include "peers.hpp"

#include "raw.hpp"
#include "uplink.hpp"

#include <array>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <exception>

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

task_type receive_all(const task& work, plain_client& client, std::uint64_t operations) {
    for (std::uint64_t i = 0; i < operations; ++i) {
        co_await client.async_connect(server_at(work.ports[0]), awaiting);
        check_size(co_await client.async_receive(awaiting), work.bytes, "receive");
        if (work.fresh) client.take_state();
        client.close();
    }
}

void receive(const task& work, meter& costs) {
    asio::io_context io(1);
    plain_client client(io, {.max_receive = work.bytes + 1});
    if (!work.fresh) run(io, receive_all(work, client, 1));
    io.restart();
    costs.start();
    run(io, receive_all(work, client, work.operations));
    costs.stop();
}

void send_large(const task& work, meter& costs) {
    const zeros bytes(work.bytes);
    asio::io_context io(1);
    plain_client client(io);
    run(io, [](const task& w, plain_client& c, const zeros& b, meter& m) -> task_type {
        co_await c.async_connect(server_at(w.ports[0]), awaiting);
        m.start();
        for (std::uint64_t i = 0; i < w.operations; ++i) {
            check_size(co_await c.async_send(asio::buffer(b.data(), b.size()), awaiting), b.size(), "send");
        }
        m.stop();
    }(work, client, bytes, costs));
}

task_type ping_pong_program(const task& work, plain_client& client, meter& costs) {
    std::array<char, message_size> message{};
    co_await client.async_connect(server_at(work.ports[0]), awaiting);
    costs.start();
    for (std::uint64_t i = 0; i < work.operations; ++i) {
        co_await client.async_send(asio::buffer(message), awaiting);
        co_await client.async_receive_exactly(message_size, awaiting);
    }
    costs.stop();
}

void ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    plain_client client(io);
    run(io, ping_pong_program(work, client, costs));
}

void spinning_ping_pong(const task& work, meter& costs) {
    asio::io_context io(1);
    plain_client client(io, {.receive_spin = std::chrono::milliseconds(10)});
    run(io, ping_pong_program(work, client, costs));
}

task_type exchange_program(const task& work, asio::io_context& io, std::uint64_t& begun) {
    const std::array<char, message_size> request{};
    plain_client client(io);
    while (begun < work.operations) {
        ++begun;
        if (work.fresh) client = plain_client(io);
        co_await client.async_connect(server_at(work.ports[0]), awaiting);
        check_size(co_await client.async_exchange(asio::buffer(request), uplink::half_close, awaiting),
                   reply_size, "exchange");
        client.close();
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
    plain_client client(counts.io);
    co_await client.async_connect(server_at(counts.work.ports[0]), awaiting);
    co_await client.async_send(asio::buffer(message), awaiting);
    co_await client.async_receive_exactly(message_size, awaiting);
    if (++counts.echoed == counts.work.operations) counts.io.stop();
    else begin_sessions(counts, 1);
    co_await client.async_receive_exactly(message_size, awaiting);
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

peer uplink_coroutine_peer() {
    return {.name = "uplink coroutine",
            .receive = receive,
            .send_large = send_large,
            .ping_pong = ping_pong,
            .spinning_ping_pong = spinning_ping_pong,
            .exchange = exchange,
            .connections = connections};
}

}  // namespace uplink::benchmark
