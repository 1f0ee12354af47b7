// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// close() and destruction: the socket is gone at once.
#include "support/both_worlds.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

TEMPLATE_TEST_CASE("close at once, as destruction, aborts all that is pending, and the peer sees it",
                   "[close]", simulated_world, loopback_world) {
    const std::string bytes = many_bytes(8 << 20);
    const std::array<net::const_buffer, 2> halves{net::buffer("mo", 2), net::buffer("re", 2)};
    for (const bool destroys : {false, true}) {
        for (const bool peer_reads : {true, false}) {
            CAPTURE(destroys, peer_reads);
            peer_script peer;
            peer.small_buffers().reply("abc");
            TestType world(peer_reads ? peer.take_all() : peer.deaf());
            std::optional client(world.connected({.send_queue = {.low_water = 0}}));
            completion received, sent, gathered, written, drained, ended, closed;
            if (peer_reads) client->async_receive(record(received));
            else client->async_receive_until("\n", record(received));
            world.run_until([&] { return client->state().size() == 3; });
            client->async_send(net::buffer(bytes), record(sent));
            client->async_send(halves, record(gathered));
            client->async_write_some(net::buffer("some"), record(written));
            client->async_drain(record(drained));
            client->async_shutdown_send(record(ended));
            client->async_close(1h, record(closed));
            if (!peer_reads) world.settle();
            if (destroys) {
                client.reset();
            } else {
                client->close();
                client->close();
                CHECK_FALSE(client->is_open());
                CHECK_FALSE(world.has_socket(*client));
            }
            for (const completion* each : {&received, &sent, &gathered, &written, &drained, &ended, &closed})
                CHECK_FALSE(*each);
            world.run();
            if (client) CHECK(sent.n == client->stats().bytes_sent);
            for (const completion* each : {&received, &sent, &gathered, &written, &drained, &ended, &closed})
                CHECK(*each == completed(aborted));
            if constexpr (TestType::is_simulated) {
                CHECK(world.net.open_sockets() == 0);
                CHECK(world.net.elapsed() == 0s);
            } else if (peer_reads) {
                CHECK(world.peer_has_ended());
            }
        }
    }
}

TEST_CASE_METHOD(client_test, "with reset_on_close the peer gets a reset, not an end", "[close]") {
    loopback_server server({server_script().expect_anything_until_eof()});
    async_client client{io, {.socket = {.reset_on_close = true}}};
    connect(client, server);
    client.close();
    REQUIRE(server.wait_for_end());
    const std::vector<std::string> failures = server.take_failures();
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].find("got a reset") != std::string::npos);
}

}  // namespace uplink::tests
