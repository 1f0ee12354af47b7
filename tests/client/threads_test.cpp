// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Threads: one client on a strand of a context that eight threads run, used from all of them by posting to its
// executor; clients on contexts of their own. What they prove under TSan is that nothing of the library is shared behind
// the user's back. See strands_test.cpp and free_exchange_threads_test.cpp too.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/context_strand.hpp"
#include "support/loopback_server.hpp"
#include "support/message_operations.hpp"
#include "support/on_threads.hpp"

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <thread>

namespace uplink::tests {

TEST_CASE_METHOD(same_descriptors,
                 "threads: a client on a strand is used from eight by posting to its executor") {
    constexpr std::size_t sends_each = 50;
    loopback_server server(
        {server_script().expect_bytes(thread_count * sends_each * 4).reply("done").close()});
    net::io_context io;
    uplink::async_client client{strand_of(io)};
    auto work = std::make_unique<net::executor_work_guard<net::io_context::executor_type>>(io.get_executor());
    std::atomic<std::size_t> sent{0};
    std::promise<std::string> reply;
    std::promise<void> ready;
    // Written on the client's strand alone.
    completion connected, received, written;
    connected.and_then = [&] {
        if (!connected.ec) ready.set_value();
    };
    received.and_then = [&] {
        reply.set_value(received.ec ? received.ec.message() : client.state().str());
        work.reset();
    };
    written.and_then = [&] {
        if (!written.ec) sent += written.n;
    };
    net::post(client.get_executor(),
              [&] { client.async_connect(server.host(), server.service(), record(connected)); });
    std::thread starter([&] {
        ready.get_future().get();
        net::post(client.get_executor(), [&] { client.async_receive(record(received)); });
        on_threads(thread_count, [&](std::size_t) {
            for (std::size_t i = 0; i != sends_each; ++i) {
                net::post(client.get_executor(),
                          [&] { client.async_send(std::string("four"), record(written)); });
            }
        });
    });
    on_threads(thread_count, [&](std::size_t) { io.run(); });
    starter.join();
    CHECK(reply.get_future().get() == "done");
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
            completion connected, exchanged;
            connected.and_then = [&] {
                if (!connected.ec)
                    client.async_exchange(net::buffer(request), uplink::half_close, record(exchanged));
            };
            exchanged.and_then = [&] {
                if (!exchanged.ec && client.state().view() == request) ++right;
                client.close();
            };
            client.async_connect(server.host(), server.service(), record(connected));
            io.restart();
            io.run();
        }
    });
    CHECK(right == 80);
}

}  // namespace uplink::tests
