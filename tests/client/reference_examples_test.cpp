// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The examples of the reference comments in async_client.hpp, word for word, each run against a simulated server.
// tests/support/reference_comments.sh compares them: an example stands between "// Example of NAME" and
// "// End of example".
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include "support/catch.hpp"
#include "support/loopback_server.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/read.hpp>
#include <asio/write.hpp>
#endif

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

namespace uplink::tests {

#if defined(UPLINK_USE_BOOST_ASIO)
namespace asio = boost::asio;
#endif

using namespace std::chrono_literals;

namespace {

/// A client of example.com, whose server behaves as the test says before it connects.
struct example {
    testing::network network{};
    testing::endpoint& server = network.endpoint("192.0.2.1:80");
    async_client<testing::socket> client{network.get_executor()};
    std::ostringstream log{};

    example() { network.host("example.com").v4({"192.0.2.1"}); }

    void connect() {
        bool connected = false;
        client.async_connect("example.com", "80", [&](error_code ec, auto) { connected = !ec; });
        network.run_until([&] { return connected; });
        REQUIRE(connected);
    }
    std::string logged_after_run() {
        network.run();
        CHECK(network.failures().empty());
        return log.str();
    }
};

}  // namespace

TEST_CASE_METHOD(example, "the example of async_connect tells who answered", "[reference]") {
    server.accept(10ms);
    // Example of async_client::async_connect
    client.async_connect("example.com", "80", 10s, [&](uplink::error_code ec, auto peer) {
        if (ec) log << to_string(client.last_connect());
        else log << "connected to " << peer;
    });
    // End of example
    CHECK(logged_after_run() == "connected to 192.0.2.1:80");
}

TEST_CASE_METHOD(example, "the example of async_send sends its request", "[reference]") {
    server.expect("GET / HTTP/1.0\r\n\r\n").silent();
    connect();
    // Example of async_client::async_send
    static const std::string request = "GET / HTTP/1.0\r\n\r\n";  // outlives the send
    client.async_send(asio::buffer(request), 5s, [&](uplink::error_code ec, std::size_t sent) {
        if (ec) log << ec.message() << " after " << sent << " bytes";
    });
    // End of example
    CHECK(logged_after_run().empty());
    CHECK(client.stats().bytes_sent == request.size());
}

TEST_CASE_METHOD(example, "the example of async_shutdown_send ends behind its words", "[reference]") {
    server.expect("the last words").expect_eof();
    connect();
    // Example of async_client::async_shutdown_send
    client.async_send(std::string("the last words"), [](uplink::error_code, std::size_t) {});
    client.async_shutdown_send([&](uplink::error_code ec) {
        if (!ec) log << "all is sent, " << client.stats().bytes_sent << " bytes";
    });
    // End of example
    CHECK(logged_after_run() == "all is sent, 14 bytes");
}

TEST_CASE_METHOD(example, "the example of async_drain waits for room", "[reference]") {
    server.window(1000).latency(1ms).expect_bytes(1 << 20).silent();
    connect();
    // Example of async_client::async_drain
    client.async_send(std::string(1 << 20, 'x'), [](uplink::error_code, std::size_t) {});
    client.async_drain([&](uplink::error_code ec) {
        if (!ec) log << "room for more, " << client.send_queue_bytes() << " bytes wait";
    });
    // End of example
    const std::string logged = logged_after_run();
    CHECK(logged.starts_with("room for more, 6"));
    CHECK(logged.size() == std::string("room for more, 65536 bytes wait").size());
}

TEST_CASE_METHOD(example, "the example of async_receive takes everything", "[reference]") {
    server.reply("all of ").after(1s).reply("it").close();
    connect();
    // Example of async_client::async_receive
    client.async_receive(30s, [&](uplink::error_code ec, std::size_t n) {
        if (ec) log << ec.message() << " after " << n << " bytes";
        else log << client.take_state().view();
    });
    // End of example
    CHECK(logged_after_run() == "all of it");
}

TEST_CASE_METHOD(example, "the example of async_receive_some tells a piece, an end and silence apart",
                 "[reference]") {
    server.after(1s).reply("a piece").after(12s).close();
    connect();
    const std::function<void()> receive = [this] {
        // Example of async_client::async_receive_some
        client.async_receive_some(5s, [&](uplink::error_code ec, std::string_view piece) {
            if (ec == asio::error::eof) log << "end";
            else if (ec == uplink::condition::timeout) log << "nothing came";
            else if (!ec) log << piece;
        });
        // End of example
        network.run_for(6s);
        log << '.';
    };
    receive();
    receive();
    receive();
    CHECK(log.str() == "a piece.nothing came.end.");
}

TEST_CASE_METHOD(example, "the example of async_receive_until gives the line without its end",
                 "[reference]") {
    server.reply("a line\r\nanother");
    connect();
    // Example of async_client::async_receive_until
    client.async_receive_until("\r\n", 5s, [&](uplink::error_code ec, std::string_view line) {
        if (ec) log << ec.message();
        else log << line.substr(0, line.size() - 2);
    });
    // End of example
    CHECK(logged_after_run() == "a line");
    CHECK(client.state().view() == "another");
}

TEST_CASE_METHOD(example, "the example of async_receive_exactly knows the file", "[reference]") {
    server.reply("RI").after(1s).reply("FF....");
    connect();
    // Example of async_client::async_receive_exactly
    client.async_receive_exactly(4, 5s, [&](uplink::error_code ec, std::string_view magic) {
        if (!ec && magic == "RIFF") log << "a RIFF file";
    });
    // End of example
    CHECK(logged_after_run() == "a RIFF file");
}

TEST_CASE_METHOD(example,
                 "the example of async_receive_message gives a payload, or drops a peer that overdoes it",
                 "[reference]") {
    const bool is_sound = GENERATE(true, false);
    server.reply(is_sound ? std::string("\0\0\0\7payload", 11) : std::string("\0\1\0\1", 4));
    connect();
    // Example of async_client::async_receive_message
    uplink::length_prefixed<std::uint32_t, std::endian::big> frames{.max = 65536};
    client.async_receive_message(frames, 5s, [&](uplink::error_code ec, std::string_view payload) {
        if (ec == uplink::errc::message_too_large) client.close();
        else if (!ec) log << payload;
    });
    // End of example
    network.run();
    CHECK(log.str() == (is_sound ? "payload" : ""));
    CHECK(client.is_open() == is_sound);
}

TEST_CASE_METHOD(example, "the example of the client's async_exchange shows the response", "[reference]") {
    server.expect("ping").reply("pong").close();
    connect();
    // Example of async_client::async_exchange
    client.async_exchange(std::string("ping"), 30s, [&](uplink::error_code ec, std::size_t n) {
        if (ec) log << ec.message() << " after " << n << " bytes";
        else log << client.state().view();
    });
    // End of example
    CHECK(logged_after_run() == "pong");
}

TEST_CASE_METHOD(example, "the example of async_close waits for the other side", "[reference]") {
    server.expect_eof().after(1s).close();
    connect();
    // Example of async_client::async_close
    client.async_close(2s, [&](uplink::error_code ec) {
        if (ec) log << ec.message();
        else log << "both sides have ended";
    });
    // End of example
    CHECK(logged_after_run() == "both sides have ended");
    CHECK_FALSE(client.is_open());
}

TEST_CASE_METHOD(example, "the example of async_read_some reads with Asio's functions", "[reference]") {
    server.split(1).reply("four and more");
    connect();
    // Example of async_client::async_read_some
    auto header = std::make_shared<std::array<char, 4>>();  // kept alive by the handler
    asio::async_read(client, asio::buffer(*header), [&, header](uplink::error_code ec, std::size_t n) {
        if (!ec) log << std::string_view(header->data(), n);
    });
    // End of example
    CHECK(logged_after_run() == "four");
}

TEST_CASE_METHOD(example, "the example of async_write_some writes with Asio's functions", "[reference]") {
    server.window(4).latency(1ms).expect("some words").silent();
    connect();
    // Example of async_client::async_write_some
    static const std::string words = "some words";  // outlives the write
    asio::async_write(client, asio::buffer(words), [&](uplink::error_code ec, std::size_t n) {
        if (!ec) log << n << " bytes";
    });
    // End of example
    CHECK(logged_after_run() == "10 bytes");
}

TEST_CASE("the example of the free async_exchange shows the response", "[reference]") {
    loopback_server server({server_script().expect("ping").reply("pong").close()});
    net::io_context io;
    std::ostringstream log;
    const std::string host = server.host();
    const std::string service = server.service();
    // Example of async_exchange
    uplink::client_options options{.max_receive = 1 << 20};
    uplink::async_exchange(io, host, service, "ping", options, 10s,
                           [&](uplink::error_code ec, std::string response) {
                               if (ec) log << ec.message();
                               else log << response;
                           });
    // End of example
    io.run();
    CHECK(log.str() == "pong");
}

}  // namespace uplink::tests
