// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Much data through small buffers, and several clients at once: nothing is lost, reordered, or waits for
// ever. The order of sends stands in sends_test.cpp.
#include "support/client_test.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "a slow reader behind tiny buffers gets every byte", "[send]") {
    loopback_server server(
        {server_script().when_signalled().expect_anything_until_eof().reply("done").close()},
        {.buffer_size = 4096, .read_size = 100});
    const std::string bytes = many_bytes(300'000);
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);

    completion sent, ended, drained, received;
    client.async_send(net::buffer(bytes), record(sent));
    client.async_shutdown_send(record(ended));
    client.async_drain(record(drained));
    client.async_receive(record(received));
    // The buffers are full, and nobody reads: the send has to wait.
    run_until([&] { return client.send_queue_bytes() < bytes.size(); });
    io.restart();
    while (io.poll_one() != 0) {
    }
    CHECK_FALSE(sent);
    CHECK(client.send_queue_bytes() != 0);
    CHECK(client.send_queue_bytes() == bytes.size() - client.stats().bytes_sent);

    server.signal();
    run();
    CHECK(sent == completed(success, bytes.size()));
    CHECK(ended == completed(success));
    CHECK(drained == completed(success));
    CHECK(received == completed(success));
    CHECK(client.state().view() == "done");
    CHECK(same(server.received(), bytes));
}

TEST_CASE_METHOD(client_test, "64 MiB are exchanged with an echo server over buffers of 4 KiB",
                 "[exchange]") {
    loopback_server server(loopback_server::echo(), {.buffer_size = 4096});
    const std::string bytes = many_bytes(64 << 20);
    async_client client{io, {.socket = {.send_buffer = 4096, .receive_buffer = 4096}}};
    connect(client, server);

    completion exchanged;
    client.async_exchange(net::buffer(bytes), half_close, record(exchanged));
    run();
    CHECK(exchanged == completed(success, bytes.size()));
    CHECK(same(client.state().view(), bytes));
}

TEST_CASE_METHOD(client_test, "two clients at once do not disturb each other", "[exchange]") {
    loopback_server server(
        {server_script().expect("first").expect_eof().when_signalled().reply("to the first").close(),
         server_script().expect("second").expect_eof().when_signalled().reply("to the second").close()});
    async_client first{io};
    async_client second{io};
    connect(first, server);
    REQUIRE(server.wait_for_connections(1));
    connect(second, server);

    completion of_first, of_second;
    first.async_exchange(std::string("first"), half_close, record(of_first));
    second.async_exchange(std::string("second"), half_close, record(of_second));
    server.signal(1);
    run_until(of_second);
    CHECK_FALSE(of_first);
    CHECK(second.state().view() == "to the second");
    server.signal(0);
    run();
    CHECK(of_first == completed(success));
    CHECK(of_second == completed(success));
    CHECK(first.state().view() == "to the first");
}

TEST_CASE_METHOD(client_test, "many clients at once exchange with one server", "[exchange]") {
    loopback_server server(loopback_server::echo());
    std::vector<async_client<>> clients;
    std::vector<completion> connected(32), exchanged(32);
    for (std::size_t i = 0; i != connected.size(); ++i) {
        async_client<>& each = clients.emplace_back(io);
        each.async_connect(server.host(), server.service(), record(connected[i]));
    }
    run();
    for (std::size_t i = 0; i != clients.size(); ++i) {
        REQUIRE(connected[i] == completed(success));
        clients[i].async_exchange(std::string(i * 1000, static_cast<char>('a' + i)), half_close,
                                  record(exchanged[i]));
    }
    run();
    for (std::size_t i = 0; i != clients.size(); ++i) {
        CHECK(exchanged[i] == completed(success));
        CHECK(same(clients[i].state().view(), std::string(i * 1000, static_cast<char>('a' + i))));
    }
}

}  // namespace uplink::tests
