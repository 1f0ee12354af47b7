// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Threads: one client on a strand of a context that eight threads run, used from all of them by posting to its
// executor; clients on contexts of their own; the free async_exchange, which may be called from anywhere. What
// they prove under TSan is that nothing of the library is shared behind the user's back.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/tokens.hpp"

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace uplink::tests {

namespace {

constexpr std::size_t thread_count = 8;

template <class Work> void on_threads(std::size_t count, Work work) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i != count; ++i) threads.emplace_back([&work, i] { work(i); });
    for (std::thread& each : threads) each.join();
}

}  // namespace

TEST_CASE_METHOD(same_descriptors,
                 "threads: a client on a strand is used from eight by posting to its executor") {
    constexpr std::size_t sends_each = 50;
    loopback_server server(
        {server_script().expect_bytes(thread_count * sends_each * 4).reply("done").close()});
    net::io_context io;
    const auto strand = net::make_strand(io);
    uplink::async_client client{net::any_io_executor(strand)};
    auto work = std::make_unique<net::executor_work_guard<net::io_context::executor_type>>(io.get_executor());
    std::atomic<std::size_t> sent{0};
    std::promise<std::string> received;
    std::promise<void> connected;
    net::post(client.get_executor(), [&] {
        client.async_connect(server.host(), server.service(), [&](error_code ec, const auto&) {
            if (!ec) connected.set_value();
        });
    });
    std::thread starter([&] {
        connected.get_future().get();
        net::post(client.get_executor(), [&] {
            client.async_receive([&](error_code ec, std::size_t) {
                received.set_value(ec ? ec.message() : client.state().str());
                work.reset();
            });
        });
        on_threads(thread_count, [&](std::size_t) {
            for (std::size_t i = 0; i != sends_each; ++i) {
                net::post(client.get_executor(), [&] {
                    client.async_send(std::string("four"), [&](error_code ec, std::size_t n) {
                        if (!ec) sent += n;
                    });
                });
            }
        });
    });
    on_threads(thread_count, [&](std::size_t) { io.run(); });
    starter.join();
    CHECK(received.get_future().get() == "done");
    CHECK(sent == thread_count * sends_each * 4);
}

TEST_CASE_METHOD(same_descriptors, "threads: clients on contexts of their own are independent") {
    loopback_server server(loopback_server::echo());
    std::atomic<std::size_t> right{0};
    on_threads(4, [&](std::size_t number) {
        net::io_context io;
        uplink::async_client client{io};
        for (int round = 0; round != 20; ++round) {
            const std::string request = std::to_string(number) + " " + std::to_string(round);
            client.async_connect(server.host(), server.service(), [&](error_code ec, const auto&) {
                if (ec) return;
                client.async_exchange(net::buffer(request), uplink::half_close,
                                      [&](error_code failure, std::size_t) {
                                          if (!failure && client.state().view() == request) ++right;
                                          client.close();
                                      });
            });
            io.restart();
            io.run();
        }
    });
    CHECK(right == 80);
}

TEST_CASE_METHOD(same_descriptors,
                 "threads: clients of one context, each on its strand, come and go on eight threads") {
    loopback_server server(loopback_server::echo());
    net::io_context io;
    std::atomic<int> ended{0};
    for (int i = 0; i != 40; ++i) {
        const auto strand = net::make_strand(io);
        net::post(strand, [&, strand, i] {
            auto client = std::make_shared<uplink::async_client<>>(net::any_io_executor(strand));
            client->async_connect(
                server.host(), server.service(), [&, client, i](error_code ec, const auto&) {
                    if (ec || i % 4 == 0) {
                        client->close();
                        ++ended;
                        return;
                    }
                    client->async_exchange(std::string("hello"), uplink::half_close,
                                           [&, client](error_code, std::size_t) { ++ended; });
                    if (i % 4 == 1) client->cancel();
                    if (i % 4 == 2) client->close();
                });
        });
    }
    on_threads(thread_count, [&](std::size_t) { io.run(); });
    CHECK(ended == 40);
}

TEST_CASE_METHOD(same_descriptors,
                 "threads: the free async_exchange is called from another thread than the loop's") {
    loopback_server server(loopback_server::echo());
    net::io_context io;
    auto work = std::make_unique<net::executor_work_guard<net::io_context::executor_type>>(io.get_executor());
    std::thread loop([&] { on_threads(2, [&](std::size_t) { io.run(); }); });
    for (int round = 0; round != 20; ++round) {
        auto reply = uplink::async_exchange(io, server.host(), server.service(), "from afar",
                                            uplink::half_close, net::use_future);
        CHECK(reply.get() == "from afar");
    }
    work.reset();
    loop.join();
}

}  // namespace uplink::tests
