// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client as a stream of Asio's, whose own functions read from it and write to it (fault 41).
#include "support/both_worlds.hpp"

#include <array>
#include <cstddef>
#include <string>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#endif

namespace uplink::tests {

namespace {

const std::string request = "a request in pieces";

template <class World> void use_asio(World& world) {
    auto client = world.connected();
    completion leftover, written, line, four, some, some_left, end, after;
    client.async_receive_until(" ", record(leftover));
    world.run();
    CHECK(leftover == completed(success, "left "));

    std::string text;
    net::async_write(client, net::buffer(request), record(written));
    net::async_read_until(client, net::dynamic_buffer(text, 12), '\n', record(line));
    world.run();
    CHECK(written == completed(success, request.size()));
    CHECK(line == completed(success, 11));
    CHECK(text.substr(0, 11) == "over, line\n");
    std::string digits = text.substr(11);  // what Asio's function has taken beyond the line
    const std::size_t taken = digits.size();
    digits.resize(4);
    net::async_read(client, net::buffer(digits) + taken, record(four));
    world.run();
    CHECK(four == completed(success, 4 - taken));
    CHECK(digits == "1234");

    // Bytes that another receive has left in the state come first.
    client.async_receive_until("e", record(some));
    world.run();
    CHECK(some == completed(success, "le"));
    std::array<char, 10> left{};
    net::async_read(client, net::buffer(left), record(some_left));
    world.run();
    CHECK(some_left == completed(end_of_stream, 2));
    CHECK(std::string(left.data(), 2) == "ft");
    client.async_read_some(net::buffer(left), record(end));
    world.run();
    CHECK(end == completed(end_of_stream, 0));
    net::async_read(client, net::buffer(left), record(after));
    world.run();
    CHECK(after == completed(end_of_stream, 0));
}

/// Also if its peer sends in pieces.
void use(simulated_world& world) { use_asio(world); }
void use(loopback_world& world) { use_asio(world); }

}  // namespace

TEMPLATE_TEST_CASE("Asio's own functions work on a client, leftovers first", "[stream]", loopback_world,
                   simulated_world, simulated_in_pieces<1>) {
    TestType world(
        peer_script().reply("left over, line\n1234left").expect(request).half_close().expect_eof().close());
    use(world);
}

}  // namespace uplink::tests
