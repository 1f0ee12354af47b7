// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One connection, two sides, one first fatal error; and what is told of it (promises 7 to 10).

#include <uplink/detail/connection/connection.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

TEST_CASE("the first fatal error of a read ends the sends with the same, and all that is started later") {
    connected talk(deaf_with_reply);
    talk.inbound = {"abc"};
    talk.receive_exactly(3);
    operation& send = talk.send("0123456789");
    talk.run();
    const std::size_t next = talk.network().operations();
    talk.network().fail_operation(next, net::error::timed_out);  // the next read
    operation& receive = talk.receive_some();
    talk.run();
    CHECK(receive == completed(net::error::timed_out));
    CHECK(send == completed(net::error::timed_out, 4));
    CHECK(talk.client()->is_open());
    operation& later = talk.receive();
    operation& later_send = talk.send("x");
    operation& half_close = talk.shutdown_send();
    operation& exchange = talk.exchange("x");
    talk.run();
    for (operation* each : {&later, &later_send, &half_close, &exchange})
        CHECK(*each == completed(net::error::timed_out));
}

TEST_CASE("the first fatal error of a write ends the receive with the same, the bytes kept") {
    connected talk(deaf_with_reply);
    talk.inbound = {"abc"};
    operation& receive = talk.receive_exactly(10);
    talk.run();
    talk.network().fail_operation(talk.network().operations(), net::error::host_unreachable);
    operation& send = talk.send("0123456789");
    operation& queued = talk.send("queued");
    talk.run();
    CHECK(send == completed(net::error::host_unreachable, 0));
    CHECK(queued == completed(net::error::host_unreachable, 0));
    CHECK(receive == completed(net::error::host_unreachable));
    CHECK(talk.held() == "abc");
}

TEST_CASE("what the kernel still holds of a failed connection goes into the state") {
    connected talk(deaf_with_reply);
    talk.inbound = {"abc"};
    talk.run();  // the bytes are there, and nobody has read them
    talk.network().fail_operation(talk.network().operations(), net::error::host_unreachable);
    talk.send("x");
    talk.run();
    operation& receive = talk.receive();
    talk.run();
    CHECK(receive == completed(net::error::host_unreachable));
    CHECK(talk.held() == "abc");
}

TEST_CASE("transient errors of a read and a write end nothing") {
    for (const error_code& ec : {error_code(net::error::would_block), error_code(net::error::try_again),
                                 error_code(net::error::interrupted)}) {
        connected talk([](endpoint& server) { server.accept().expect("ping").reply("pong").close(); });
        talk.inbound = {"pong"};
        talk.network().fail_operation(talk.network().operations(), ec);
        talk.network().fail_operation(talk.network().operations() + 1, ec);
        operation& send = talk.send("ping");
        operation& receive = talk.receive();
        talk.run();
        CHECK(send == completed(success, 4));
        CHECK(receive == completed(success, 4));
    }
}

TEST_CASE("an operation that somebody cancels on the stream itself is aborted, and the connection goes on") {
    connected talk([](endpoint& server) { server.accept().expect("ping").reply("pong").close(); });
    talk.inbound = {"pong"};
    operation& receive = talk.receive();
    talk.network().poll();
    talk.client()->stream().cancel();
    talk.run();
    CHECK(receive == completed(aborted));
    talk.send("ping");
    operation& next = talk.receive();
    talk.run();
    CHECK(next == completed(success, 4));
}

TEST_CASE("stats count what went over the connection, and stay after it is closed") {
    connected talk([](endpoint& server) { server.accept().expect("ping ping").reply("pong").close(); });
    talk.inbound = {"pong"};
    talk.send("ping ");
    talk.send("ping");
    talk.receive();
    talk.run();
    talk.network().run_for(5s);
    auto stats = talk.client()->stats();
    CHECK(stats.bytes_sent == 9);
    CHECK(stats.bytes_received == 4);
    CHECK(stats.sends == 2);
    CHECK(stats.receives == 1);
    CHECK(stats.connected_for == 5s);
    talk.close();
    talk.network().run_for(5s);
    stats = talk.client()->stats();
    CHECK(stats.bytes_sent == 9);
    CHECK(stats.connected_for == 5s);
}

TEST_CASE("endpoints are told while there is a connection, and not_connected otherwise") {
    client_run talk(false);
    error_code ec;
    talk.client()->local_endpoint(ec);
    CHECK(ec == net::error::not_connected);
    CHECK_THROWS_AS(talk.client()->remote_endpoint(), system_error);
    talk.network().endpoint(server_address).accept();
    talk.connect(server_address);
    talk.run();
    CHECK(talk.client()->remote_endpoint(ec) == uplink::testing::detail::parse_endpoint(server_address));
    CHECK_FALSE(ec);
    CHECK(talk.client()->local_endpoint().port() != 0);
    CHECK(&talk.client()->lowest_layer() == &talk.client()->stream().lowest_layer());
    talk.close();
    talk.client()->remote_endpoint(ec);
    CHECK(ec == net::error::not_connected);
}

}  // namespace uplink::tests
