// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the receives that deliver a part give, on the simulated network and on loopback (fault 38).
#include "support/both_worlds.hpp"
#include "support/message_operations.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uplink::tests {

TEMPLATE_TEST_CASE("receive_some gives what is there, then what comes, then eof", "[receive_some]",
                   simulated_world, loopback_world) {
    TestType world(
        peer_script().reply("one").when_signalled().reply("two").half_close().expect_eof().close());
    auto client = world.connected();
    completion first, second, third;
    client.async_receive_some(record(first));
    world.run_until(first);
    CHECK(first == completed(success, "one"));
    CHECK(client.state().empty());
    client.async_receive_some(record(second));
    world.settle();
    CHECK_FALSE(second);
    world.signal();
    world.run();
    CHECK(second == completed(success, "two"));
    client.async_receive_some(record(third));
    world.run();
    CHECK(third == completed(end_of_stream, ""));
}

TEMPLATE_TEST_CASE("faults 38: until, exactly, message and the rest share one buffer, whatever the pieces",
                   "[receive]", loopback_world, simulated_world, simulated_in_pieces<1>,
                   simulated_in_pieces<2>) {
    for (const std::size_t piece : {0u, 1u, 3u}) {
        CAPTURE(piece);
        TestType world(
            peer_script()
                .reply_in_pieces(std::string("HELO me\r\n12345") + '\0' + '\3' + "abcline\nr\r\nest", piece)
                .half_close()
                .expect_eof()
                .close());
        auto client = world.connected();
        completion until, exactly, prefixed, line, rest;
        client.async_receive_until("\r\n", record(until));
        world.run();
        CHECK(until == completed(success, "HELO me\r\n"));
        client.async_receive_exactly(5, record(exactly));
        world.run();
        CHECK(exactly == completed(success, "12345"));
        client.async_receive_message(length_prefixed<std::uint16_t, std::endian::big>{100}, record(prefixed));
        world.run();
        CHECK(prefixed == completed(success, "abc"));
        client.async_receive_message(delimited{"\n", 100}, record(line));
        world.run();
        CHECK(line == completed(success, "line"));
        client.async_receive(record(rest));
        world.run();
        CHECK(rest == completed(success));
        CHECK(client.state().view() == "r\r\nest");
    }
}

TEMPLATE_TEST_CASE("a view is valid until the next receive, also after the client has closed", "[receive]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().reply("one\ntwo\n").deaf());
    auto client = world.connected();
    std::string_view kept;
    client.async_receive_until("\n", [&](error_code, std::string_view line) { kept = line; });
    world.run();
    CHECK(kept == "one\n");
    CHECK(client.state().view() == "two\n");
    client.send_queue_bytes();
    client.close();
    world.run();
    CHECK(kept == "one\n");
}

}  // namespace uplink::tests
