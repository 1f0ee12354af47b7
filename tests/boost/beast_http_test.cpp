// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client as the stream of Boost.Beast's HTTP client: requests and answers on one connection, and how its ends and its
// limits look through Beast, which composes them of the client's reads and writes.
#include "support/both_worlds.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
namespace beast = ::boost::beast;
namespace http = beast::http;

namespace {

static_assert(beast::is_async_stream<async_client<net::ip::tcp::socket>>::value);
static_assert(beast::is_async_stream<async_client<testing::socket>>::value);

const std::string one = "GET /one HTTP/1.1\r\nHost: example.org\r\n\r\n";
const std::string two = "GET /two HTTP/1.1\r\nHost: example.org\r\n\r\n";

http::request<http::empty_body> get(const char* target) {
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, "example.org");
    return request;
}

/// What an HTTP client keeps for each connection, and the answer to its request.
struct http_answer {
    beast::flat_buffer buffer{};
    http::response<http::string_body> response{};
    completion sent{};
    completion received{};
};

template <class World, class Stream>
void ask(World& world, Stream& stream, const char* target, http_answer& to) {
    auto request = get(target);
    to.response = {};
    to.sent = to.received = {};
    http::async_write(stream, request, record(to.sent));
    world.run_until(to.sent);
    http::async_read(stream, to.buffer, to.response, record(to.received));
    world.run_until(to.received);
}

}  // namespace

TEMPLATE_TEST_CASE("two requests of Beast's go over one connection, the second answer in chunks", "[beast]",
                   simulated_world, loopback_world) {
    TestType world(peer_script()
                       .expect(one)
                       .reply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
                       .expect(two)
                       .reply_in_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        "3\r\nsec\r\n3\r\nond\r\n0\r\n\r\n",
                                        7)
                       .expect_eof()
                       .close());
    auto client = world.connected();
    http_answer answer;
    ask(world, client, "/one", answer);
    CHECK(answer.sent == completed(success, one.size()));
    CHECK_FALSE(answer.received.ec);
    CHECK(answer.response.body() == "first");
    ask(world, client, "/two", answer);
    CHECK(answer.sent == completed(success, two.size()));
    CHECK_FALSE(answer.received.ec);
    CHECK(answer.response.body() == "second");
    CHECK(answer.buffer.size() == 0);
    completion closed;
    client.async_shutdown_send(record(closed));
    world.run_until(closed);
    CHECK(closed == completed(success));
    CHECK(world.peer_has_ended());
}

TEMPLATE_TEST_CASE("Beast tells an end within a body from a reset", "[beast]", simulated_world,
                   loopback_world) {
    const bool resets = GENERATE(false, true);
    auto script = peer_script().expect(one).reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
    if (resets) script.when_signalled().reset();
    else script.close();
    TestType world(script);
    auto client = world.connected();
    auto request = get("/one");
    http_answer answer;
    http::async_write(client, request, record(answer.sent));
    http::async_read(client, answer.buffer, answer.response, record(answer.received));
    if (resets) {
        world.run_until([&] { return client.stats().bytes_received != 0; });
        world.signal();
    }
    world.run_until(answer.received);
    CHECK(answer.sent == completed(success, one.size()));
    CHECK(answer.received.ec == (resets ? was_reset : error_code(http::error::partial_message)));
}

TEST_CASE("the body of an answer may end with the connection", "[beast]") {
    simulated_world world(peer_script().expect(one).reply("HTTP/1.0 200 OK\r\n\r\nuntil the end").close());
    auto client = world.connected();
    http_answer answer;
    ask(world, client, "/one", answer);
    CHECK_FALSE(answer.received.ec);
    CHECK(answer.response.body() == "until the end");
}

TEST_CASE("a limit bounds a whole answer that Beast reads, though each byte comes in time", "[beast]") {
    testing::network net;
    net.endpoint("192.0.2.1:80")
        .expect(one)
        .split(1)
        .pace(100ms)
        .reply("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
    async_client<testing::socket> client(net.get_executor(), {.idle_timeout = 1s});
    client.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"),
                         [](error_code ec, const auto&) { CHECK_FALSE(ec); });
    net.poll();
    REQUIRE(client.is_open());
    auto request = get("/one");
    http_answer answer;
    auto stream = client.limited(10s);
    http::async_write(stream, request, record(answer.sent));
    http::async_read(stream, answer.buffer, answer.response, record(answer.received));
    net.run_until([&] { return answer.received.calls != 0; });
    CHECK(answer.received.ec == errc::receive_timeout);
    CHECK(net.elapsed() == 10s);
}

TEST_CASE("a client destroyed under Beast's read ends it once", "[beast]") {
    simulated_world world(peer_script().expect(one).deaf());
    http_answer answer;
    {
        auto client = world.connected();
        auto request = get("/one");
        http::async_write(client, request, record(answer.sent));
        world.run_until(answer.sent);
        http::async_read(client, answer.buffer, answer.response, record(answer.received));
        world.settle();
        CHECK_FALSE(answer.received);
    }
    world.run();
    CHECK(answer.received.calls == 1);
    CHECK(answer.received.ec == aborted);
}

}  // namespace uplink::tests
