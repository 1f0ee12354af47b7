// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The examples of the reference comments in async_client.hpp about exchanges, the end and Asio's own functions, word for word, each run against a simulated
// server. See reference_examples_test.cpp.
#include "support/loopback_server.hpp"
#include "support/reference_example.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/read.hpp>
#include <asio/write.hpp>
#endif

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

namespace uplink::tests {

#if defined(UPLINK_USE_BOOST_ASIO)
namespace asio = boost::asio;
#endif

using namespace std::chrono_literals;

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
