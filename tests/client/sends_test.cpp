// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What is sent and in which order, on the simulated network and on loopback (faults 27, 31, 32).
#include "support/both_worlds.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace uplink::tests {

TEMPLATE_TEST_CASE("sends leave in the order started, whole, and complete in that order", "[send]",
                   loopback_world, simulated_world, simulated_in_pieces<1>, simulated_in_pieces<3>) {
    std::vector<std::string> parts;
    std::string all;
    for (std::size_t i = 0; i != 300; ++i) {
        // Every third is sent by async_write_some, which promises no more than one byte.
        const std::size_t size = i % 3 == 2 ? i % 2 : i % 11 * 20;
        all += parts.emplace_back(size, static_cast<char>('a' + i % 26));
    }
    TestType world(peer_script().small_buffers().take_all());
    auto client = world.connected();
    std::vector<completion> sent(parts.size());
    completion ended;
    for (std::size_t i = 0; i != parts.size(); ++i) {
        const std::string& part = parts[i];
        const std::array<net::const_buffer, 3> halves{net::buffer(part.data(), part.size() / 2),
                                                      net::const_buffer(),
                                                      net::buffer(part) + part.size() / 2};
        if (i % 3 == 0) client.async_send(std::string(part), record(sent[i]));
        if (i % 3 == 1) client.async_send(halves, record(sent[i]));
        if (i % 3 == 2) client.async_write_some(net::buffer(part), record(sent[i]));
    }
    client.async_shutdown_send(record(ended));
    world.run();
    CHECK(ended == completed(success));
    for (std::size_t i = 0; i != parts.size(); ++i) {
        CHECK(sent[i] == completed(success, parts[i].size()));
        CHECK(sent[i].order < (i + 1 != parts.size() ? sent[i + 1] : ended).order);
    }
    CHECK(same(world.peer_got(), all));
}

TEMPLATE_TEST_CASE("a buffer sequence and a vector of bytes are sent as they are", "[send]", simulated_world,
                   loopback_world) {
    TestType world(peer_script().expect("one two three").expect_eof().close());
    auto client = world.connected();
    const std::array<net::const_buffer, 3> sequence{net::buffer("one", 3), net::const_buffer(),
                                                    net::buffer(" two", 4)};
    completion gathered, owned, ended;
    client.async_send(sequence, record(gathered));
    client.async_send(std::vector<char>{' ', 't', 'h', 'r', 'e', 'e'}, record(owned));
    client.async_shutdown_send(record(ended));
    world.run();
    CHECK(gathered == completed(success, 7));
    CHECK(owned == completed(success, 6));
    CHECK(ended == completed(success));
    CHECK(world.peer_has_ended());
}

TEMPLATE_TEST_CASE("faults 32: more buffers than one call takes, most of them empty", "[send]",
                   simulated_world, loopback_world) {
    const std::string bytes = many_bytes(1000);
    std::vector<net::const_buffer> buffers;
    for (std::size_t i = 0; i != bytes.size(); ++i) {
        buffers.emplace_back(&bytes[i], 1);
        buffers.emplace_back();
        buffers.emplace_back();
    }
    TestType world(peer_script().expect(bytes).expect_eof().close());
    auto client = world.connected();
    completion sent, ended;
    client.async_send(buffers, record(sent));
    client.async_shutdown_send(record(ended));
    world.run();
    CHECK(sent == completed(success, bytes.size()));
    CHECK(ended == completed(success));
    CHECK(world.peer_has_ended());
}

TEMPLATE_TEST_CASE(
    "a send into an empty queue is taken whatever its size, and what waits behind is limited, to the byte",
    "[send]", simulated_world, loopback_world) {
    const std::string big = many_bytes(1 << 20);
    const std::string wide(50, 'w');
    TestType world(peer_script().small_buffers().when_signalled().take_all());
    auto client = world.connected({.send_queue = {.limit = 10}});
    completion first, behind, too_large, fits, refused, nothing, some, ended;
    client.async_send(net::buffer(big), record(first));
    client.async_send(std::string("12345"), record(behind));
    client.async_send(std::string("123456"), record(too_large));
    client.async_send(std::string("67890"), record(fits));
    client.async_send(std::string("x"), record(refused));
    client.async_send(std::string(), record(nothing));
    client.async_write_some(net::buffer(wide), record(some));
    client.async_shutdown_send(record(ended));
    CHECK(client.send_queue_bytes() == big.size() + 10 + wide.size() - client.stats().bytes_sent);
    world.settle();
    CHECK(too_large == completed(errc::send_queue_full, 0));
    CHECK(refused == completed(errc::send_queue_full, 0));
    for (const completion* each : {&first, &behind, &fits, &nothing, &some, &ended}) CHECK_FALSE(*each);
    CHECK(client.send_queue_bytes() == big.size() + 10 + wide.size() - client.stats().bytes_sent);
    world.signal();
    world.run();
    CHECK(first == completed(success, big.size()));
    CHECK(behind == completed(success, 5));
    CHECK(fits == completed(success, 5));
    CHECK(nothing == completed(success, 0));
    CHECK(some == completed(success));
    CHECK(some.n != 0);
    CHECK(ended == completed(success));
    CHECK(client.send_queue_bytes() == 0);
    CHECK(same(world.peer_got(), big + "1234567890" + wide.substr(0, some.n)));
}

}  // namespace uplink::tests
