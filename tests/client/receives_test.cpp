// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How the receives that deliver a part end, and their limits, on the simulated network and on loopback (faults 42, 58 to
// 60).
#include "support/both_worlds.hpp"
#include "support/message_operations.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

enum class way { until, exactly, line, prefixed };
constexpr way every_way[] = {way::until, way::exactly, way::line, way::prefixed};

/// None of them is satisfied by "tail".
template <class Client> void receive_by(way how, Client& client, completion& result) {
    switch (how) {
    case way::until: client.async_receive_until("\n", record(result)); break;
    case way::exactly: client.async_receive_exactly(5, record(result)); break;
    case way::line: client.async_receive_message(delimited{"\n", 10}, record(result)); break;
    case way::prefixed:
        client.async_receive_message(length_prefixed<std::uint16_t>{0xffff}, record(result));
        break;
    }
}

}  // namespace

TEMPLATE_TEST_CASE("faults 60: an end between messages is eof, inside one it is truncated and the bytes stay",
                   "[receive]", simulated_world, loopback_world) {
    for (const std::string rest : {"", "tail"}) {
        const error_code expected = rest.empty() ? end_of_stream : error_code(errc::truncated);
        for (const way first : every_way) {
            CAPTURE(rest, static_cast<int>(first));
            TestType world(peer_script().reply("one\n" + rest).half_close().expect_eof().close());
            auto client = world.connected();
            completion message, ended, some, after;
            client.async_receive_until("\n", record(message));
            world.run();
            CHECK(message == completed(success, "one\n"));
            receive_by(first, client, ended);
            world.run();
            CHECK(ended == completed(expected, ""));
            CHECK(client.state().view() == rest);
            for (const way again : every_way) {
                completion result;
                receive_by(again, client, result);
                world.run();
                CHECK(result == completed(expected, ""));
                CHECK(client.state().view() == rest);
            }
            client.async_receive_some(record(some));
            world.run();
            CHECK(some == completed(rest.empty() ? end_of_stream : success, rest));
            client.async_receive_exactly(1, record(after));
            world.run();
            CHECK(after == completed(end_of_stream, ""));
        }
    }
}

TEMPLATE_TEST_CASE("faults 58, 59: too large a message is refused, and the connection goes on", "[receive]",
                   simulated_world, loopback_world) {
    TestType world(peer_script().reply("a long line\nanother long line\nok\n").deaf());
    auto client = world.connected();
    const auto receive_line = [&](std::size_t most) {
        completion result;
        client.async_receive_message(delimited{"\n", most}, record(result));
        world.run();
        return result;
    };
    CHECK(receive_line(5) == completed(errc::message_too_large));
    CHECK(receive_line(5) == completed(errc::message_too_large));
    completion invalid, until;
    client.async_receive_message(delimited{""}, record(invalid));
    world.run();
    CHECK(invalid == completed(net::error::invalid_argument));
    CHECK(receive_line(10) == completed(errc::message_too_large));
    CHECK(receive_line(11) == completed(success, "a long line"));
    CHECK(receive_line(5) == completed(errc::message_too_large));
    client.async_receive_until("\n", record(until));
    world.run();
    CHECK(until == completed(success, "another long line\n"));
    CHECK(receive_line(5) == completed(success, "ok"));
}

TEMPLATE_TEST_CASE(
    "faults 42: max_receive is exact: the state is full, and the byte that did not fit comes next",
    "[receive]", simulated_world, loopback_world) {
    for (const bool takes : {false, true}) {
        TestType world(peer_script().reply("0123456789").half_close().expect_eof().close());
        auto client = world.connected({.max_receive = 4});
        const auto receive = [&] {
            completion result;
            client.async_receive(record(result));
            world.run();
            return result;
        };
        for (const std::string part : {"0123", "4567"}) {
            CHECK(receive() == completed(errc::receive_limit, 4));
            CHECK(client.state().view() == part);
            CHECK(receive() == completed(errc::receive_limit, 0));  // it is still full
            if (takes) CHECK(client.take_state().view() == part);
            else client.state().consume(4);
        }
        CHECK(receive() == completed(success, 2));
        CHECK(client.state().view() == "89");
    }
}

}  // namespace uplink::tests
