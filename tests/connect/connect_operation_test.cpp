// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the connect operation does around its race: a connect that is known at once before a handshake, one that wakes
// up too early, one that cannot start, and what an earlier connection has left. The race is in address_race_test.cpp.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/black_hole.hpp"
#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/connect_completion.hpp"
#include "support/odd_streams.hpp"

#include <chrono>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE_METHOD(client_test, "a handshake after a connect that was known at once is bounded by the limit",
                 "[connect]") {
    loopback_server server({server_script().until_gone()});
    uplink::async_client<waiting_handshake> client(io);
    completion connect;
    client.async_connect(server.host(), server.service(), 20ms, record(connect));
    run_until(connect);
    CHECK(connect == completed(errc::handshake_timeout));
    CHECK_FALSE(client.is_open());
}

#if defined(__linux__)
TEST_CASE_METHOD(client_test, "a wake-up before the connect has ended is waited for again", "[connect]") {
    const black_hole hole;
    early_waking_socket::waits = 0;
    uplink::async_client<early_waking_socket> client(io);
    completion connect;
    client.async_connect(hole.endpoint(), 50ms, record(connect));
    run_until(connect);
    CHECK(connect == completed(errc::connect_timeout));
    CHECK(early_waking_socket::waits == 2);
    CHECK(client.last_connect().attempts.at(0).error == error_code(errc::connect_timeout));
}
#endif

TEST_CASE("a connect that could not start for want of memory leaves no open socket while the race goes on") {
    uplink::testing::network net;
    net.endpoint("192.0.2.2:80").accept(100ms);
    net.faults().run_out_of_memory(1);  // after the socket was opened
    simulated_client client(net.get_executor());
    connect_completion connect;
    client.async_connect(std::vector{place("192.0.2.1"), place("192.0.2.2")}, connect.handler(net));
    REQUIRE(net.attempts().size() == 2);
    CHECK(net.open_sockets() == 1);
    net.run();
    CHECK(connect == established());
    CHECK(client.last_connect().attempts.at(0).error == error_code(net::error::no_memory));
}

TEST_CASE("a connect ends when the last read of the connection before it has come back") {
    uplink::testing::network net;
    net.endpoint("192.0.2.1:80").accept(5ms).silent();
    uplink::async_client<late_reading_stream> client(net.get_executor());
    connect_completion first, again;
    client.async_connect(place("192.0.2.1"), first.handler(net));
    net.run();
    REQUIRE(first == established());
    completion received;
    client.async_receive(record(received));
    net.poll();
    client.close();
    client.async_connect(place("192.0.2.1"), again.handler(net));
    net.run();
    CHECK(received == completed(aborted));
    CHECK(again == established());
    CHECK(again.at - first.at == 50ms);
}

}  // namespace uplink::tests
