// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// probe(): asks whether a connection still stands, without waiting and without consuming anything.
#include "support/client_test.hpp"

#include <uplink/testing/network.hpp>

#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "probe on a real connection: alive, unread bytes, the peer's end", "[probe]") {
    loopback_server server(
        {server_script().when_signalled().reply("late").when_signalled().half_close().expect_eof()});
    async_client<> client{io};
    CHECK(client.probe() == net::error::not_connected);
    connect(client, server);
    CHECK(client.probe() == success);
    server.signal();
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    CHECK(client.probe() == success);
    CHECK(client.probe() == success);
    completion some;
    client.async_receive_exactly(2, record(some));
    run_until(some);
    CHECK(some == completed(success, "la"));  // what was asked about was not consumed
    server.signal();
    CHECK(client.probe() == success);  // "te" is in state() and was not delivered
    completion rest;
    client.async_receive_some(record(rest));
    run_until(rest);
    CHECK(rest == completed(success, "te"));
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    CHECK(client.probe() == net::error::eof);
    CHECK(client.is_open());
    completion end;
    client.async_receive_some(record(end));
    run_until(end);
    CHECK(end == completed(net::error::eof));
    CHECK(client.probe() == net::error::eof);
    client.close();
    CHECK(client.probe() == net::error::not_connected);
    run();
}

TEST_CASE_METHOD(client_test, "probe on a real connection: a reset is the connection's failure from then on",
                 "[probe]") {
    loopback_server server({server_script().when_signalled().reset()});
    async_client<> client{io};
    connect(client, server);
    server.signal();
    REQUIRE(wait_until_gone(client.lowest_layer().native_handle()));
    CHECK(client.probe() == net::error::connection_reset);
    CHECK(client.probe() == net::error::connection_reset);  // the system says it once, the client keeps it
    completion sent;
    client.async_send(std::string("x"), record(sent));
    run();
    CHECK(sent == completed(net::error::connection_reset));
}

TEST_CASE("probe on a simulated connection, with a receive pending too", "[probe]") {
    testing::network net;
    net.endpoint("192.0.2.1:80").reply("hello").close().then().reset();
    async_client<testing::socket> client{net.get_executor()};
    const auto place = testing::detail::parse_endpoint("192.0.2.1:80");
    completion connected;
    client.async_connect(place, record(connected));
    CHECK(client.probe() == net::error::not_connected);
    net.run();
    REQUIRE(connected == completed(success));
    CHECK(client.probe() == success);
    completion received;
    client.async_receive(record(received));
    CHECK(client.probe() == success);
    net.run();
    CHECK(received == completed(success, 5));
    CHECK(client.probe() == success);  // bytes in state() count
    client.state().clear();
    CHECK(client.probe() == net::error::eof);

    client.close();
    completion again;
    client.async_connect(place, record(again));
    net.run();
    REQUIRE(again == completed(success));
    completion pending;
    client.async_drain(record(pending));
    CHECK(client.probe() == net::error::connection_reset);
    net.run();
    CHECK(pending == completed(success));
    CHECK(client.is_open());
}

}  // namespace uplink::tests
