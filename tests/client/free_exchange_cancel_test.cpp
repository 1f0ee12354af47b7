// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The free async_exchange, cancelled by Asio's rules on a context with several threads: handler and signal belong to
// one strand, and the signal is emitted there alone. The operation runs on another strand, which nobody sees. TSan then
// has nothing to say.
#include <uplink/async_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/tokens.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace uplink::tests {

namespace {

/// One exchange after another, each cancelled a little later than the one before, by hops over the strand.
class cancelled_caller : public std::enable_shared_from_this<cancelled_caller> {
    using strand_type = net::strand<net::io_context::executor_type>;

public:
    cancelled_caller(net::io_context& io, const loopback_server& server)
        : io_(io), server_(server), strand_(net::make_strand(io.get_executor())) {}

    void start() {
        net::post(strand_, [self = shared_from_this()] { self->next(); });
    }

    static constexpr std::size_t wanted = 150;
    std::size_t ended = 0;
    std::size_t elsewhere = 0;  ///< handlers that were not called on the strand
    std::size_t slots_in_use = 0;
    std::size_t strange = 0;  ///< results that are neither the answer nor the cancellation

private:
    void next() {
        if (ended == wanted) return;
        const auto on_end = [self = shared_from_this()](error_code ec, const std::string& text) {
            self->noted(ec, text);
        };
        uplink::async_exchange(
            io_, server_.host(), server_.service(), "ping", uplink::half_close,
            net::bind_cancellation_slot(signal_.slot(), net::bind_executor(strand_, on_end)));
        hop(ended, ended % 50);
    }
    void hop(std::size_t round, std::size_t left) {
        if (round != ended) return;
        if (left == 0) signal_.emit(net::cancellation_type::terminal);
        net::post(strand_, [self = shared_from_this(), round, left] {
            self->hop(round, left == 0 ? 50 : left - 1);  // too late as well, or once more
        });
    }
    void noted(const error_code& ec, const std::string& text) {
        ++ended;
        if (!strand_.running_in_this_thread()) ++elsewhere;
        if (signal_.slot().has_handler()) ++slots_in_use;
        if (ec ? ec != net::error::operation_aborted : text != "ping") ++strange;
        next();
    }

    net::io_context& io_;
    const loopback_server& server_;
    strand_type strand_;
    net::cancellation_signal signal_{};
};

}  // namespace

TEST_CASE_METHOD(same_descriptors, "threads: whole exchanges are cancelled on the strands of their handlers",
                 "[async_exchange][cancel]") {
    loopback_server server(loopback_server::echo());
    net::io_context io;
    std::array<std::shared_ptr<cancelled_caller>, 4> callers;
    for (auto& each : callers) {
        each = std::make_shared<cancelled_caller>(io, server);
        each->start();
    }
    std::vector<std::thread> threads;
    for (int i = 0; i != 3; ++i) threads.emplace_back([&] { io.run(); });
    for (std::thread& each : threads) each.join();
    for (const auto& each : callers) {
        CHECK(each->ended == cancelled_caller::wanted);
        CHECK(each->elsewhere == 0);
        CHECK(each->slots_in_use == 0);
        CHECK(each->strange == 0);
    }
}

TEST_CASE_METHOD(same_descriptors,
                 "threads: a whole exchange whose handler belongs to another context is cancelled there",
                 "[async_exchange][cancel]") {
    loopback_server server({server_script().until_gone()});
    net::io_context io, other;
    for (int round = 0; round != 50; ++round) {
        net::cancellation_signal signal;
        completion exchanged;
        std::thread::id where;
        uplink::async_exchange(
            io, server.host(), server.service(), "ping",
            net::bind_cancellation_slot(signal.slot(),
                                        net::bind_executor(other, [&](error_code ec, std::string response) {
                                            exchanged.set(ec, response);
                                            where = std::this_thread::get_id();
                                        })));
        std::thread runner([&] { io.run(); });
        for (int i = 0; i != round; ++i) std::this_thread::yield();
        net::post(other, [&] { signal.emit(net::cancellation_type::partial); });
        other.restart();
        other.run();  // has work until the handler has been called
        runner.join();
        io.restart();
        CHECK(exchanged == completed(aborted));
        CHECK(where == std::this_thread::get_id());
    }
}

}  // namespace uplink::tests
