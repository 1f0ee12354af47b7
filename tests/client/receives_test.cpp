// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receives that deliver a part, the client as a stream of Asio's, and the states other than
// received_bytes, on the simulated network and on loopback (faults 38, 42, 58 to 60).
#include "support/both_worlds.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

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

TEMPLATE_TEST_CASE("Asio's own functions work on a client, leftovers first", "[stream]", loopback_world,
                   simulated_world, simulated_in_pieces<1>) {
    const std::string request = "a request in pieces";
    TestType world(
        peer_script().reply("left over, line\n1234left").expect(request).half_close().expect_eof().close());
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
    auto sink = sink_bytes([&](std::string_view piece) -> error_code {
        sunk += piece;
        return sunk.size() > most ? error_code(net::error::no_buffer_space) : error_code();
    });
    async_client<typename TestType::stream, decltype(sink)> client{world.executor(), {}, std::move(sink)};
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
