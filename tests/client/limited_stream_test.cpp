// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// limited(): one time limit for all reads and writes of what Asio composes of them.
#include "support/client_test.hpp"

#include <uplink/testing/network.hpp>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#endif

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

struct limited_fixture {
    testing::network net;
    async_client<testing::socket> client;

    explicit limited_fixture(client_options options = {}) : client(net.get_executor(), std::move(options)) {}
    void connect() {
        client.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"),
                             [](error_code ec, const auto&) { CHECK_FALSE(ec); });
        net.poll();
        REQUIRE(client.is_open());
    }
};

}  // namespace

TEST_CASE("a limit bounds a whole composed read, though each byte comes in time", "[limited]") {
    limited_fixture test({.idle_timeout = 1s});
    test.net.endpoint("192.0.2.1:80").split(1).pace(500ms).reply(std::string(100, 'x'));
    test.connect();
    std::string text;
    completion read;
    auto stream = test.client.limited(3200ms);
    net::async_read_until(stream, net::dynamic_buffer(text), '\n', record(read));
    test.net.run_until([&] { return read.calls != 0; });
    CHECK(read == completed(errc::receive_timeout));
    CHECK(test.net.elapsed() == 3200ms);
    CHECK(text == std::string(6, 'x'));
    completion next;  // the connection is as usable as before
    std::array<char, 2> room{};
    net::async_read(test.client, net::buffer(room), record(next));
    test.net.run_until([&] { return next.calls != 0; });
    CHECK(next == completed(success));
}

TEST_CASE("a duration counts from the call of limited(), and a copy has the same end", "[limited]") {
    limited_fixture test;
    test.net.endpoint("192.0.2.1:80").deaf();
    test.connect();
    const auto first = test.client.limited(2s);
    test.net.run_for(1500ms);
    auto copy = first;
    std::array<char, 1> room{};
    completion read;
    copy.async_read_some(net::buffer(room), record(read));
    test.net.run_until([&] { return read.calls != 0; });
    CHECK(read == completed(errc::receive_timeout));
    CHECK(test.net.elapsed() == 2s);

    completion written;
    const std::string large(1 << 20, 'x');
    auto writes = std::make_unique<decltype(copy)>(test.client.limited(1s));
    net::async_write(*writes, net::buffer(large), record(written));
    test.net.run_until([&] { return written.calls != 0; });
    CHECK(written == completed(errc::send_timeout));
    CHECK(test.net.elapsed() == 3s);

    completion unlimited;
    test.client.limited({}).async_read_some(net::buffer(room), record(unlimited));
    test.net.run_for(1h);
    CHECK_FALSE(unlimited);
    test.client.cancel();
    test.net.run();
    CHECK(unlimited == completed(aborted));
}

TEST_CASE("a limit that has expired is the timeout, with bytes in state() too", "[limited]") {
    limited_fixture test;
    test.net.endpoint("192.0.2.1:80").reply("abc");
    test.connect();
    completion some;
    test.client.async_receive_exactly(1, record(some));
    test.net.run_until([&] { return some.calls != 0; });
    REQUIRE(test.client.state().view() == "bc");
    std::array<char, 8> room{};
    completion read;
    test.client.limited(0s).async_read_some(net::buffer(room), record(read));
    test.net.run_until([&] { return read.calls != 0; });
    CHECK(read == completed(errc::receive_timeout));
    CHECK(test.client.state().view() == "bc");
}

TEST_CASE("the stream of limited() may outlive its client", "[limited]") {
    limited_fixture test;
    test.net.endpoint("192.0.2.1:80").deaf();
    test.connect();
    std::array<char, 8> room{};
    auto client = std::make_unique<async_client<testing::socket>>(std::move(test.client));
    auto stream = client->limited(10s);
    completion read, late;
    stream.async_read_some(net::buffer(room), record(read));
    client.reset();
    stream.async_write_some(net::buffer(room), record(late));
    test.net.run();
    CHECK(read == completed(aborted));
    CHECK(late == completed(net::error::not_connected));
}

}  // namespace uplink::tests
