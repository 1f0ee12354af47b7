// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The states that keep no received bytes, on the simulated network and on loopback.
#include "support/both_worlds.hpp"
#include "support/state_clients.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

TEMPLATE_TEST_CASE("discarded_bytes counts, keeps nothing, and no limit ends it", "[state]", simulated_world,
                   loopback_world) {
    TestType world(peer_script().reply(many_bytes(1 << 20)).half_close().expect_eof().close());
    async_client<typename TestType::stream, discarded_bytes> client{world.executor(), {.max_receive = 1000}};
    world.connect(client);
    completion received;
    client.async_receive(record(received));
    world.run();
    CHECK(received == completed(success, 1 << 20));
    CHECK(client.state().total() == 1 << 20);
    CHECK(client.state().size() == 0);
}

TEMPLATE_TEST_CASE("sink_bytes hands on each piece in order, and its error ends the receive", "[state]",
                   simulated_world, loopback_world) {
    const std::string reply = many_bytes(1 << 20);
    TestType world(peer_script().reply(reply).half_close().expect_eof().close());
    std::string sunk;
    std::size_t most = 1000;
    refusing_sink sink([&](std::string_view piece) -> error_code {
        sunk += piece;
        return sunk.size() > most ? error_code(net::error::no_buffer_space) : error_code();
    });
    async_client<typename TestType::stream, refusing_sink> client{world.executor(), {}, std::move(sink)};
    world.connect(client);
    completion first, second;
    client.async_receive(record(first));
    world.run();
    CHECK(first == completed(net::error::no_buffer_space, sunk.size()));
    most = reply.size();
    client.async_receive(record(second));
    world.run();
    CHECK(second == completed(success));
    CHECK(first.n + second.n == reply.size());
    CHECK(same(sunk, reply));
}

}  // namespace uplink::tests
