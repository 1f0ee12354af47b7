// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The examples of the reference comments in async_client.hpp, word for word, each run against a simulated server; those
// of receives and of exchanges and streams are in the two files beside this one.
// tests/support/reference_comments.sh compares them: an example stands between "// Example of NAME" and
// "// End of example".
#include "support/reference_example.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

#if defined(UPLINK_USE_BOOST_ASIO)
namespace asio = boost::asio;
#endif

using namespace std::chrono_literals;

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

}  // namespace uplink::tests
