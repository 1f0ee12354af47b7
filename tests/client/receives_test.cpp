// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receives that deliver a part, the client as a stream of Asio's, and the states other than received_bytes.
#include "support/client_test.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

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

TEST_CASE_METHOD(client_test, "receive_some gives what is there, then what comes, then eof",
                 "[receive_some]") {
    loopback_server server(
        {server_script().reply("one").when_signalled().reply("two").half_close().expect_eof()});
    async_client client{io};
    connect(client, server);
    completion first, second, third;
    client.async_receive_some(record(first));
    run();
    CHECK(first == completed(success, "one"));
    CHECK(client.state().empty());
    client.async_receive_some(record(second));
    server.signal();
    run();
    CHECK(second.text == "two");
    client.async_receive_some(record(third));
    run();
    CHECK(third == completed(net::error::eof));
    CHECK(third.text.empty());
}

TEST_CASE_METHOD(client_test, "a whole protocol: until, exactly, message and the rest share one buffer",
                 "[receive]") {
    loopback_server server(
        {server_script()
             .reply_in_pieces(std::string("HELO me\r\n12345") + '\0' + '\3' + "abcline\nrest", 1)
             .half_close()
             .expect_eof()});
    async_client client{io};
    connect(client, server);
    completion until, exactly, prefixed, line, rest;
    client.async_receive_until("\r\n", record(until));
    run();
    CHECK(until.text == "HELO me\r\n");
    client.async_receive_exactly(5, record(exactly));
    run();
    CHECK(exactly.text == "12345");
    client.async_receive_message(length_prefixed<std::uint16_t, std::endian::big>{100}, record(prefixed));
    run();
    CHECK(prefixed.text == "abc");
    client.async_receive_message(delimited{"\n", 100}, record(line));
    run();
    CHECK(line.text == "line");
    client.async_receive(record(rest));
    run();
    CHECK(rest == completed(success));
    CHECK(client.state().view() == "rest");
}

TEST_CASE_METHOD(client_test, "the view that is delivered is readable until the next receive", "[receive]") {
    loopback_server server({server_script().reply("line\nmore").half_close().expect_eof()});
    async_client client{io};
    connect(client, server);
    std::string_view kept;
    client.async_receive_until("\n", [&](error_code, std::string_view line) { kept = line; });
    run();
    CHECK(kept == "line\n");
    CHECK(client.state().size() < 5);
}

TEST_CASE_METHOD(client_test, "an end inside a message is truncated, and the bytes stay", "[receive]") {
    loopback_server server({server_script().reply("no newline").half_close().expect_eof()});
    async_client client{io};
    connect(client, server);
    completion until, exactly, prefixed, some, end;
    client.async_receive_until("\n", record(until));
    run();
    CHECK(until == completed(errc::truncated));
    CHECK(until.text.empty());
    client.async_receive_exactly(11, record(exactly));
    run();
    CHECK(exactly == completed(errc::truncated));
    client.async_receive_message(length_prefixed<std::uint16_t>{}, record(prefixed));
    run();
    CHECK(prefixed == completed(errc::truncated));
    CHECK(client.state().view() == "no newline");
    client.async_receive_some(record(some));
    run();
    CHECK(some.text == "no newline");
    client.async_receive_exactly(1, record(end));
    run();
    CHECK(end == completed(net::error::eof));
}

TEST_CASE_METHOD(client_test, "a message that is too large is refused, and the bytes stay", "[receive]") {
    loopback_server server({server_script().reply("a line that is too long\n").half_close().expect_eof()});
    async_client client{io};
    connect(client, server);
    completion refused, accepted, senseless;
    client.async_receive_message(delimited{"\n", 10}, record(refused));
    run();
    CHECK(refused == completed(errc::message_too_large));
    client.async_receive_message(delimited{""}, record(senseless));
    run();
    CHECK(senseless == completed(net::error::invalid_argument));
    client.async_receive_message(delimited{"\n", 23}, record(accepted));
    run();
    CHECK(accepted.text == "a line that is too long");
}

TEST_CASE_METHOD(client_test, "max_receive ends a receive, and the next byte is the one that did not fit",
                 "[receive]") {
    loopback_server server({server_script().reply("0123456789").half_close().expect_eof()});
    async_client client{io, {.max_receive = 4}};
    connect(client, server);
    std::string all;
    completion received;
    do {
        received = {};
        client.async_receive(record(received));
        run();
        CHECK(client.state().size() <= 4);
        all += client.take_state().view();
    } while (received == completed(errc::receive_limit));
    CHECK(received == completed(success));
    CHECK(all == "0123456789");
}

TEST_CASE_METHOD(client_test, "Asio's own functions work on a client", "[stream]") {
    loopback_server server(
        {server_script().expect("written").reply("a line\n1234left").half_close().expect_eof()});
    async_client client{io};
    connect(client, server);
    completion written, line, four, some, some_left, end;
    const std::string request = "written";
    net::async_write(client, net::buffer(request), record(written));
    run();
    CHECK(written == completed(success, 7));

    std::string text;
    net::async_read_until(client, net::dynamic_buffer(text, 7), '\n', record(line));
    run();
    CHECK(line.n == 7);
    CHECK(text == "a line\n");
    std::array<char, 4> digits{};
    net::async_read(client, net::buffer(digits), record(four));
    run();
    CHECK(four == completed(success));
    CHECK(std::string(digits.data(), 4) == "1234");

    // Bytes that another receive has left in the state come first.
    client.async_receive_until("e", record(some));
    run();
    CHECK(some.text == "le");
    std::array<char, 10> left{};
    net::async_read(client, net::buffer(left), record(some_left));
    run();
    CHECK(some_left == completed(net::error::eof, 2));
    CHECK(std::string(left.data(), 2) == "ft");
    client.async_read_some(net::buffer(left), record(end));
    run();
    CHECK(end == completed(net::error::eof));
}

TEST_CASE_METHOD(client_test, "discarded_bytes counts, keeps nothing, and no limit ends it", "[state]") {
    loopback_server server({server_script().reply(many_bytes(1 << 20)).half_close().expect_eof()});
    async_client<net::ip::tcp::socket, discarded_bytes> client{io, {.max_receive = 1000}};
    connect(client, server);
    completion received;
    client.async_receive(record(received));
    run();
    CHECK(received == completed(success, 1 << 20));
    CHECK(client.state().total() == 1 << 20);
    CHECK(client.state().size() == 0);
}

TEST_CASE_METHOD(client_test, "sink_bytes hands on each piece in order, and its error ends the receive",
                 "[state]") {
    const std::string reply = many_bytes(1 << 20);
    loopback_server server({server_script().reply(reply).half_close().expect_eof()});
    std::string sunk;
    std::size_t most = 1000;
    auto sink = sink_bytes([&](std::string_view piece) -> error_code {
        sunk += piece;
        return sunk.size() > most ? error_code(net::error::no_buffer_space) : error_code();
    });
    async_client<net::ip::tcp::socket, decltype(sink)> client{io, {}, std::move(sink)};
    connect(client, server);
    completion first, second;
    client.async_receive(record(first));
    run();
    CHECK(first == completed(net::error::no_buffer_space, sunk.size()));
    most = reply.size();
    client.async_receive(record(second));
    run();
    CHECK(second == completed(success));
    CHECK(first.n + second.n == reply.size());
    CHECK(same(sunk, reply));
}

}  // namespace uplink::tests
