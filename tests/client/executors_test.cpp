// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where and when handlers run: on their associated executor, once, never inside the initiating function, with
// the operation's memory already given back to their allocator.
#include "support/client_test.hpp"
#include "support/tokens.hpp"
#include "support/tracking.hpp"

#include <array>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

template <class Executor> using client_on = async_client<net::basic_stream_socket<tcp, Executor>>;

net::awaitable<std::string> exchange_with(std::string host, std::string service, std::string request) {
    async_client client{co_await net::this_coro::executor};
    co_await client.async_connect(host, service, net::use_awaitable);
    co_await client.async_exchange(std::move(request), half_close, net::use_awaitable);
    co_return client.take_state().str();
}

}  // namespace

TEST_CASE_METHOD(client_test, "a client works on an executor that is not type-erased", "[executor]") {
    loopback_server server(loopback_server::echo());
    client_on<net::io_context::executor_type> client{io};
    connect(client, server);
    completion exchanged;
    client.async_exchange(std::string("ping"), half_close, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(client.state().view() == "ping");
    CHECK(client.get_executor() == io.get_executor());
}

TEST_CASE_METHOD(client_test, "a client on a strand runs its handlers in the strand", "[executor]") {
    using strand = net::strand<net::io_context::executor_type>;
    loopback_server server(loopback_server::echo());
    client_on<strand> client{net::make_strand(io)};
    bool inside = false;
    client.async_connect(server.host(), server.service(), [&](error_code ec, const tcp::endpoint&) {
        inside = !ec && client.get_executor().running_in_this_thread();
    });
    run();
    CHECK(inside);
}

TEST_CASE_METHOD(client_test, "clients on strands of a thread pool work side by side", "[executor]") {
    loopback_server server(loopback_server::echo());
    net::thread_pool pool(4);
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i != 16; ++i) {
        answers.push_back(net::co_spawn(net::make_strand(pool),
                                        exchange_with(server.host(), server.service(), std::to_string(i)),
                                        net::use_future));
    }
    for (int i = 0; i != 16; ++i) CHECK(answers[static_cast<std::size_t>(i)].get() == std::to_string(i));
    pool.join();
}

TEST_CASE_METHOD(client_test, "each handler runs on its own executor, and not on the client's",
                 "[executor]") {
    loopback_server server(
        {server_script().reply("hello").until_gone(), server_script().expect_anything_until_eof().close()});
    async_client client{io};
    call_log log;
    const auto on = [&](int id) {
        return net::bind_executor(tracking_executor{io.get_executor(), id}, noting{log});
    };

    client.async_connect(server.host(), server.service(), on(1));
    run();
    client.async_send(std::string("bytes"), on(2));
    client.async_drain(on(3));
    client.async_receive_some(on(4));
    run();
    client.async_receive(on(5));
    client.async_shutdown_send(on(6));
    client.async_close(0s, on(7));
    run();
    CHECK(log.sorted_executors() == std::vector<int>{1, 2, 3, 4, 5, 6, 7});
    CHECK(log.inside == 0);

    client.async_connect(server.host(), server.service(), on(8));
    run();
    client.async_exchange(std::string("bytes"), half_close, on(9));
    run();
    client.async_close(on(10));
    run();
    CHECK(log.sorted_executors() == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE_METHOD(client_test, "an immediate error is posted to the handler's executor too", "[executor]") {
    async_client client{io};
    call_log log;
    int id = 0;
    const auto next = [&] {
        return net::bind_executor(tracking_executor{io.get_executor(), ++id}, noting{log});
    };
    {
        const call_log::initiating initiating(log);
        client.async_connect("", "80", next());
        client.async_connect("127.0.0.1", "80", -1s, next());
        client.async_send(std::string("x"), next());
        client.async_shutdown_send(next());
        client.async_drain(next());
        client.async_receive(next());
        client.async_receive_some(next());
        client.async_receive_until("\n", next());
        client.async_exchange(std::string("x"), next());
        client.async_close(next());
        io.poll();  // is not what an initiating function does, but shows that `inside` counts
        CHECK(log.calls.size() == 10);
        CHECK(log.inside == 10);
    }
    CHECK(log.sorted_executors() == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(log.calls[0].ec == net::error::invalid_argument);
    CHECK(log.calls[1].ec == errc::connect_timeout);
    for (std::size_t i = 2; i != 10; ++i) CHECK(log.calls[i].ec == net::error::not_connected);
}

TEST_CASE_METHOD(client_test, "no handler runs inside an initiating function", "[executor]") {
    loopback_server server({server_script().reply("there").until_gone()});
    async_client client{io};
    call_log log;
    const auto start = [&](auto initiate) {
        // From inside the event loop, where a dispatch would run at once.
        net::post(io, [&log, initiate] {
            const call_log::initiating initiating(log);
            initiate();
        });
        run();
    };
    start([&] { client.async_receive(noting{log}); });
    start([&] { client.async_connect("", "", noting{log}); });
    start([&] { client.async_connect(server.host(), server.service(), noting{log}); });
    start([&] { client.async_connect(server.host(), server.service(), noting{log}); });
    start([&] { client.async_send(std::string(), noting{log}); });
    start([&] { client.async_send(std::string("x"), noting{log}); });
    start([&] { client.async_drain(noting{log}); });
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    start([&] { client.async_receive_exactly(2, noting{log}); });
    start([&] { client.async_receive_some(noting{log}); });
    start([&] { client.async_receive_exactly(0, noting{log}); });
    start([&] { client.async_receive(0s, noting{log}); });
    start([&] { client.async_shutdown_send(noting{log}); });
    start([&] { client.async_send(std::string("late"), noting{log}); });
    start([&] { client.async_close(0s, noting{log}); });
    CHECK(log.calls.size() == 14);
    CHECK(log.inside == 0);
}

TEST_CASE_METHOD(client_test, "cancel, close and destruction call no handler themselves", "[executor]") {
    loopback_server server({server_script().silence()});
    call_log log;
    enum class ended_by { cancel, close, destruction };
    for (const auto how : {ended_by::cancel, ended_by::close, ended_by::destruction}) {
        auto client = std::make_unique<async_client<>>(io);
        connect(*client, server);
        client->async_receive(noting{log});
        {
            const call_log::initiating initiating(log);
            if (how == ended_by::cancel) client->cancel();
            if (how == ended_by::close) client->close();
            client.reset();
        }
        run();
    }
    CHECK(log.calls.size() == 3);
    CHECK(log.inside == 0);
    for (const auto& each : log.calls) CHECK(each.ec == net::error::operation_aborted);
}

TEST_CASE_METHOD(client_test, "a handler of another context keeps that context running", "[executor]") {
    loopback_server server({server_script().reply("hello").until_gone()});
    net::io_context other;
    async_client client{io};
    std::thread::id ran_in{};
    connect(client, server);
    client.async_receive_some(net::bind_executor(
        other, [&](error_code, std::string_view) { ran_in = std::this_thread::get_id(); }));
    std::thread thread([&] { other.run(); });
    const std::thread::id expected = thread.get_id();
    run();
    thread.join();
    CHECK(ran_in == expected);
}

TEST_CASE_METHOD(client_test, "memory is the handler's allocator's, and given back before the handler runs",
                 "[allocator]") {
    loopback_server server(loopback_server::echo());
    async_client client{io};
    struct own_memory {
        memory_count count{};
        std::size_t in_use_when_called = 99;
    };
    std::array<own_memory, 4> memory;
    const auto handler = [](own_memory& own) {
        const auto note = [&own](auto...) { own.in_use_when_called = own.count.in_use; };
        return with_allocator<decltype(note)>{note, own.count};
    };
    connect(client, server);
    client.async_send(std::string("ping"), handler(memory[0]));
    client.async_receive_exactly(4, handler(memory[1]));
    CHECK(memory[0].count.in_use == 1);
    CHECK(memory[1].count.in_use == 1);
    run();
    client.async_exchange(std::string("ping"), half_close, handler(memory[2]));
    client.async_send(std::string("refused"), handler(memory[3]));
    run();
    for (const own_memory& each : memory) {
        CHECK(each.count.allocations == 1);
        CHECK(each.in_use_when_called == 0);
    }
}

TEST_CASE_METHOD(client_test, "a handler may be move-only", "[executor]") {
    loopback_server server(loopback_server::echo());
    async_client client{io};
    int calls = 0;
    connect(client, server);
    client.async_exchange(
        std::string("ping"), half_close,
        [&calls, own = std::make_unique<int>(1)](error_code, std::size_t) { calls += *own; });
    client.async_drain([&calls, own = std::make_unique<int>(1)](error_code) { calls += *own; });
    run();
    CHECK(calls == 2);
}

}  // namespace uplink::tests
