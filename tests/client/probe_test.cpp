// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// probe(): asks whether a connection still stands, without waiting and without consuming anything.
#include "support/client_test.hpp"

#include <uplink/testing/network.hpp>

#include <string>

namespace uplink::tests {

namespace {

const error_code nothing{};

}  // namespace

TEST_CASE_METHOD(client_test, "probe on a real connection: alive, unread bytes, the peer's end", "[probe]") {
    loopback_server server({conversation().when_told().reply("late").when_told().half_close().expect_eof()});
    async_client<> client{io};
    CHECK(client.probe() == net::error::not_connected);
    connect(client, server);
    CHECK(client.probe() == nothing);
    server.tell();
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    CHECK(client.probe() == nothing);
    CHECK(client.probe() == nothing);
    outcome some;
    client.async_receive_exactly(2, noted_in(some));
    run_until(some);
    CHECK(some.text == "la");  // what was asked about was not consumed
    server.tell();
    CHECK(client.probe() == nothing);  // "te" is in state() and was not delivered
    outcome rest;
    client.async_receive_some(noted_in(rest));
    run_until(rest);
    CHECK(rest.text == "te");
    REQUIRE(wait_until_readable(client.lowest_layer().native_handle()));
    CHECK(client.probe() == net::error::eof);
    CHECK(client.is_open());
    outcome end;
    client.async_receive_some(noted_in(end));
    run_until(end);
    CHECK(end.failed_with(net::error::eof));
    CHECK(client.probe() == net::error::eof);
    client.close();
    CHECK(client.probe() == net::error::not_connected);
    run();
}

TEST_CASE_METHOD(client_test, "probe on a real connection: a reset is the connection's failure from then on",
                 "[probe]") {
    loopback_server server({conversation().when_told().reset()});
    async_client<> client{io};
    connect(client, server);
    server.tell();
    REQUIRE(wait_until_gone(client.lowest_layer().native_handle()));
    CHECK(client.probe() == net::error::connection_reset);
    CHECK(client.probe() == net::error::connection_reset);  // the system says it once, the client keeps it
    outcome sent;
    client.async_send(std::string("x"), noted_in(sent));
    run();
    CHECK(sent.failed_with(net::error::connection_reset));
}

TEST_CASE("probe on a simulated connection, with a receive pending too", "[probe]") {
    testing::network net;
    net.endpoint("192.0.2.1:80").reply("hello").close().then().reset();
    async_client<testing::socket> client{net.get_executor()};
    const auto place = testing::detail::parse_endpoint("192.0.2.1:80");
    outcome connected;
    client.async_connect(place, noted_in(connected));
    CHECK(client.probe() == net::error::not_connected);
    net.run();
    REQUIRE(connected.succeeded());
    CHECK(client.probe() == nothing);
    outcome received;
    client.async_receive(noted_in(received));
    CHECK(client.probe() == nothing);
    net.run();
    CHECK(received.count == 5);
    CHECK(client.probe() == nothing);  // bytes in state() count
    client.state().clear();
    CHECK(client.probe() == net::error::eof);

    client.close();
    outcome again;
    client.async_connect(place, noted_in(again));
    net.run();
    REQUIRE(again.succeeded());
    outcome pending;
    client.async_drain(noted_in(pending));
    CHECK(client.probe() == net::error::connection_reset);
    net.run();
    CHECK(pending.calls == 1);
    CHECK(client.is_open());
}

}  // namespace uplink::tests
