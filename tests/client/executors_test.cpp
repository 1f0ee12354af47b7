// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where handlers run: on their associated executor, once. When they run: initiating_functions_test.cpp.
#include "support/bound_operations.hpp"
#include "support/client_test.hpp"
#include "support/tracking.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

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

TEST_CASE_METHOD(client_test, "a handler of another context keeps that context running", "[executor]") {
    loopback_server server({server_script().reply("hello").until_gone()});
    net::io_context other;
    async_client client{io};
    std::thread::id ran_in{};
    completion received;
    received.and_then = [&] { ran_in = std::this_thread::get_id(); };
    connect(client, server);
    client.async_receive_some(net::bind_executor(other, record(received)));
    std::thread thread([&] { other.run(); });
    const std::thread::id expected = thread.get_id();
    run();
    thread.join();
    CHECK(ran_in == expected);
}

}  // namespace uplink::tests
