// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Cancellation from other threads. Neither a client nor a cancellation signal may be touched from there; posting to the
// client's executor may (faults 71), and TSan then has nothing to say. That random operations
// keep to this for a minute is scale/threads (faults 80).
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/tokens.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace uplink::tests {

namespace {

constexpr std::size_t canceller_count = 8;

/// A client on a strand that waits for bytes that do not come, again and again until it is told to stop; whoever
/// cancels posts to the strand.
class cancelled_receiver {
public:
    explicit cancelled_receiver(net::io_context& io) : client(net::any_io_executor(net::make_strand(io))) {}

    void receive() {
        const auto slot = signal.slot();
        client.async_receive_some(net::bind_cancellation_slot(slot, [this](error_code ec, std::string_view) {
            ++calls;
            if (ec == net::error::operation_aborted) ++aborted;
            if (calls < wanted) receive();
        }));
    }
    void cancel_all() { client.cancel(); }
    void cancel_one() { signal.emit(net::cancellation_type::total); }

    static constexpr std::size_t wanted = 400;
    uplink::async_client<> client;
    net::cancellation_signal signal{};
    std::atomic<std::size_t> calls{0};
    std::size_t aborted = 0;
};

}  // namespace

TEST_CASE_METHOD(same_descriptors, "faults 71: eight threads cancel by posting to the client's executor") {
    loopback_server server({server_script().until_gone()});
    net::io_context io;
    cancelled_receiver receiver(io);
    completion connected;
    receiver.client.async_connect(server.host(), server.service(), record(connected));
    io.run();
    REQUIRE(connected == completed(success));
    io.restart();
    net::post(receiver.client.get_executor(), [&] { receiver.receive(); });
    const auto run_and_cancel = [&](std::size_t number) {
        while (receiver.calls < cancelled_receiver::wanted) {
            std::atomic<bool> done{false};
            net::post(receiver.client.get_executor(), [&, number] {
                number % 2 == 0 ? receiver.cancel_all() : receiver.cancel_one();
                done = true;
            });
            while (!done) io.poll_one();
        }
    };
    std::optional work(net::make_work_guard(io));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i != canceller_count; ++i) threads.emplace_back(run_and_cancel, i);
    for (std::thread& each : threads) each.join();
    work.reset();
    receiver.client.close();
    io.run();
    CHECK(receiver.calls == cancelled_receiver::wanted);
    CHECK(receiver.aborted == cancelled_receiver::wanted);
}

TEST_CASE_METHOD(same_descriptors,
                 "faults 71: another thread's cancel, posted, meets a connect at any moment") {
    loopback_server server({server_script().until_gone()});
    net::io_context io;
    std::size_t calls = 0;
    std::optional work(net::make_work_guard(io));
    std::thread runner([&] { io.run(); });
    for (int round = 0; round != 50; ++round) {
        auto client = std::make_shared<uplink::async_client<>>(net::any_io_executor(net::make_strand(io)));
        const auto executor = client->get_executor();
        net::post(executor, [&, client] {
            client->async_connect(server.host(), server.service(),
                                  [&, client](error_code, const auto&) { ++calls; });
        });
        for (int i = 0; i != round % 5; ++i) std::this_thread::yield();
        net::post(executor, [client] { client->cancel(); });
        net::post(executor, [client] { client->close(); });
    }
    work.reset();
    runner.join();
    CHECK(calls == 50);
}

}  // namespace uplink::tests
