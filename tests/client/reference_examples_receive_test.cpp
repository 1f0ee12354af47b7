// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The examples of the reference comments in async_client.hpp about receives, word for word, each run against a simulated
// server. See reference_examples_test.cpp.
#include "support/reference_example.hpp"

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace uplink::tests {

#if defined(UPLINK_USE_BOOST_ASIO)
namespace asio = boost::asio;
#endif

using namespace std::chrono_literals;

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

}  // namespace uplink::tests
