// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// When the other side refuses, resets or goes: each operation ends, says so, and loses nothing that had come.
#include "support/client_test.hpp"
#include "support/reset_code.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

/// As a write that was pending would: each error of a socket is given out once.
int take_error(int descriptor) {
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

template <class Client> bool wait_for_reset(Client& client, loopback_server& server) {
    server.signal();
    return wait_until_gone(client.lowest_layer().native_handle());
}

}  // namespace

TEST_CASE_METHOD(client_test, "a refused port is connection_refused, and nothing is left open", "[connect]") {
    const refusing_port port;
    async_client client{io};
    const std::size_t before = open_descriptors();
    completion connected;
    client.async_connect("127.0.0.1", port.service(), record(connected));
    run();
    CHECK(connected == completed(net::error::connection_refused));
    CHECK_FALSE(client.is_open());
    CHECK(open_descriptors() == before);
    CHECK(client.last_connect().error == net::error::connection_refused);
    REQUIRE(client.last_connect().attempts.size() == 1);
    CHECK(client.last_connect().attempts[0].endpoint.port() == port.port());
    CHECK(client.last_connect().attempts[0].error == net::error::connection_refused);
}

TEST_CASE_METHOD(client_test, "a client whose connect was refused connects elsewhere", "[connect][reuse]") {
    const refusing_port port;
    loopback_server server(loopback_server::echo());
    async_client client{io};
    for (int round = 0; round != 3; ++round) {
        completion refused;
        client.async_connect("127.0.0.1", port.service(), record(refused));
        run();
        CHECK(refused == completed(net::error::connection_refused));

        connect(client, server);
        completion exchanged;
        client.async_exchange(std::string("ping"), half_close, record(exchanged));
        run();
        CHECK(exchanged == completed(success));
        CHECK(client.state().view() == "ping");
        client.close();
    }
}

TEST_CASE_METHOD(client_test, "a list of endpoints connects to the first that accepts", "[connect]") {
    const refusing_port port;
    loopback_server server(loopback_server::echo());
    const auto here = net::ip::make_address("127.0.0.1");
    const std::vector<net::ip::tcp::endpoint> endpoints{{here, port.port()}, {here, server.port()}};
    async_client client{io};
    completion connected;
    client.async_connect(endpoints, record(connected));
    run();
    CHECK(connected == completed(success));
    CHECK(connected.endpoint == endpoints[1]);
    CHECK(client.last_connect().winner == 1u);
}

TEST_CASE_METHOD(client_test, "a reset before sending fails the send and the receive", "[reset]") {
    loopback_server server({server_script().when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_for_reset(client, server));

    completion sent, received, later;
    client.async_send(std::string("too late"), record(sent));
    client.async_receive(record(received));
    run();
    CHECK(sent == completed(reset_code(sent), 0));
    CHECK(received == completed(reset_code(received)));
    client.async_send(std::string("later still"), record(later));
    run();
    CHECK(later == completed(reset_code(later)));
}

TEST_CASE_METHOD(client_test, "a reset before a half-close fails the half-close and the receive", "[reset]") {
    loopback_server server({server_script().when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_for_reset(client, server));

    completion ended, received;
    client.async_shutdown_send(record(ended));
    client.async_receive(record(received));
    run();
    CHECK(ended == completed(reset_code(ended)));
    CHECK(received == completed(reset_code(received)));
}

TEST_CASE_METHOD(client_test, "a reset while sending fails every send with the number that left",
                 "[reset][send]") {
    loopback_server server({server_script().expect_bytes(100'000).reset()}, {.buffer_size = 4096});
    const std::string bytes = many_bytes(16 << 20);
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);

    completion sent, behind, received;
    client.async_send(net::buffer(bytes), record(sent));
    client.async_send(std::string("behind"), record(behind));
    client.async_receive(record(received));
    run();
    CHECK(sent == completed(reset_code(sent), client.stats().bytes_sent));
    CHECK(sent.n >= 100'000);
    CHECK(sent.n < bytes.size());
    CHECK(behind == completed(reset_code(behind), 0));
    CHECK(received == completed(reset_code(received)));
    CHECK(client.send_queue_bytes() == 0);
}

TEST_CASE_METHOD(client_test, "a reset after sending is an error of the receive, not an end", "[reset]") {
    loopback_server server({server_script().expect("question").when_signalled().reset()});
    async_client client{io};
    connect(client, server);

    completion sent, received;
    client.async_send(std::string("question"), record(sent));
    run();
    CHECK(sent == completed(success));
    client.async_receive(record(received));
    server.signal();
    run();
    CHECK(received == completed(was_reset, 0));
    CHECK(client.state().empty());
}

TEST_CASE_METHOD(client_test, "a reset in mid-reply is an error, and the bytes so far are kept",
                 "[reset][receive]") {
    loopback_server server({server_script().reply("half of it").when_signalled().reset()});
    async_client client{io};
    connect(client, server);

    completion received, again;
    client.async_receive(record(received));
    run_until([&] { return client.state().size() == 10; });
    server.signal();
    run();
    CHECK(received == completed(was_reset, 10));
    CHECK(client.state().view() == "half of it");
    client.async_receive(record(again));
    run();
    CHECK(again == completed(was_reset));
    CHECK(client.state().view() == "half of it");
}

TEST_CASE_METHOD(client_test, "a reset is never taken for an end while a send is pending",
                 "[reset][receive]") {
    // Both directions wait when the reset comes: one of them swallows the error, and the other sees a clean end.
    for (int round = 0; round != 50; ++round) {
        loopback_server server({server_script().expect_bytes(1).reply("part").when_signalled().reset()},
                               {.buffer_size = 4096});
        const std::string bytes = many_bytes(1 << 20);
        async_client client{io, {.socket = {.send_buffer = 4096}}};
        connect(client, server);

        completion sent, received;
        client.async_receive(record(received));
        client.async_send(net::buffer(bytes), record(sent));
        run_until([&] { return client.state().size() == 4; });
        server.signal();
        run();
        CHECK(sent == completed(reset_code(sent)));
        CHECK(received == completed(reset_code(received)));
        CHECK(client.state().view() == "part");
    }
}

TEST_CASE_METHOD(client_test, "a reset whose error somebody else was given is no end either",
                 "[reset][receive]") {
    loopback_server server({server_script().reply("part").when_signalled().reset()});
    async_client client{io};
    connect(client, server);
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    REQUIRE(wait_for_reset(client, server));
    CHECK(take_error(client.lowest_layer().native_handle()) == ECONNRESET);

    completion received;
    client.async_receive(record(received));
    run();
    CHECK(received == completed(reset_code(received)));
    CHECK(client.state().view() == "part");
}

TEST_CASE_METHOD(client_test, "a reset of an exchange is an error, and the bytes so far are kept",
                 "[reset][exchange]") {
    loopback_server server(
        {server_script().expect("question").expect_eof().reply("half").when_signalled().reset()});
    async_client client{io};
    connect(client, server);

    completion exchanged;
    client.async_exchange(std::string("question"), half_close, record(exchanged));
    run_until([&] { return client.state().size() == 4; });
    server.signal();
    run();
    CHECK(exchanged == completed(was_reset, 4));
    CHECK(client.state().view() == "half");
}

TEST_CASE_METHOD(client_test, "after a reset the client connects again, with an empty state",
                 "[reset][reuse]") {
    loopback_server server({server_script().reply("old").when_signalled().reset(), server_script().echo()});
    async_client client{io};
    connect(client, server);
    completion received, exchanged;
    client.async_receive(record(received));
    run_until([&] { return client.state().size() == 3; });
    server.signal();
    run();
    REQUIRE(received == completed(reset_code(received)));

    connect(client, server);  // without a close()
    CHECK(client.state().empty());
    client.async_exchange(std::string("new"), half_close, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(client.state().view() == "new");
}

TEST_CASE_METHOD(client_test, "after close the same client connects again, with an empty state", "[reuse]") {
    loopback_server server({server_script().reply("unread").until_gone(),
                            server_script().reply("part").until_gone(), server_script().echo()});
    async_client client{io};
    connect(client, server);
    client.close();
    CHECK_FALSE(client.is_open());

    connect(client, server);
    completion received, exchanged;
    client.async_receive(record(received));
    run_until([&] { return client.state().size() == 4; });
    client.close();
    completion connected;
    client.async_connect(server.host(), server.service(), record(connected));
    run();
    CHECK(received == completed(aborted));
    CHECK(connected == completed(success));
    CHECK(client.state().empty());

    client.async_exchange(std::string("ping"), half_close, record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(client.state().view() == "ping");
}

TEST_CASE_METHOD(client_test, "the script of the test server can fail", "[loopback_server]") {
    loopback_server server(
        {server_script().expect("this"), server_script().expect_eof(), server_script().expect("long")});
    for (const char* const sent : {"that", "something", "lo"}) {
        async_client client{io};
        connect(client, server);
        completion exchanged;
        client.async_exchange(std::string(sent), half_close, record(exchanged));
        run();
        CHECK(exchanged == completed(reset_code(exchanged)));
    }
    const std::vector<std::string> failures = server.take_failures();
    REQUIRE(failures.size() == 3);
    for (const std::string& each : failures) CHECK(each.find("failures_test.cpp") != std::string::npos);
    CHECK(failures[0].find("expected \"this\" (4), got \"that\" (4)") != std::string::npos);
    CHECK(failures[2].find("got \"lo\" (2) and then the end") != std::string::npos);
}

}  // namespace uplink::tests
