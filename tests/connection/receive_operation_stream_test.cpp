// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client as Asio's stream: async_read_some and what is built on it and on async_write_some share the received bytes
// with the receive functions (faults 41).

#include <uplink/detail/connection/receive_operation.hpp>

#include <support/connected.hpp>

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
#include <cstddef>
#include <string>

using namespace std::chrono_literals;
using namespace std::string_literals;
using test::connected;
using test::end_of_stream;
using test::ended;
using test::error_code;
using test::result;
using test::success;
using uplink::testing::endpoint;
namespace net = uplink::net;

TEST_CASE("all receives and async_read_some share what is left over") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").close(); });
    talk.inbound = {"0123456789"};
    talk.receive_exactly(2);
    talk.run();
    talk.read_some(3);
    talk.run();
    CHECK(ended(talk.latest(), success, "234"));
    talk.read_some(0);  // faults 41
    talk.run();
    CHECK(ended(talk.latest(), success, std::size_t{0}));
    talk.receive();
    talk.run();
    CHECK(ended(talk.latest(), success, std::size_t{0}));  // read by itself: nothing
    CHECK(talk.held() == "56789");
    talk.read_some(100);
    talk.run();
    CHECK(ended(talk.latest(), success, "56789"));
    talk.read_some(100);
    talk.run();
    CHECK(ended(talk.latest(), end_of_stream, std::size_t{0}));
}

TEST_CASE("asio::async_read, async_read_until and async_write work on a client, leftovers first") {
    connected talk([](endpoint& server) {
        server.accept()
            .window(3)
            .reply("left over, line\nand 0123456789")
            .expect("a request that is longer than the window")
            .close();
    });
    talk.inbound = {"left over, line\nand 0123456789"};
    talk.receive_until(" ");
    talk.run();
    test::client_type& client = *talk.client();
    std::string line;
    std::string four(4, ' ');
    std::string ten(10, ' ');
    const std::string request = "a request that is longer than the window";
    result wrote;
    result read;
    net::async_write(client, net::buffer(request), [&](error_code ec, std::size_t n) {
        wrote = {ec, {}, n};
    });
    net::async_read_until(client, net::dynamic_buffer(line, 12), '\n', [&](error_code ec, std::size_t n) {
        CHECK_FALSE(ec);
        CHECK(line.substr(0, n) == "over, line\n");
        const std::string more = line.substr(n);  // what Asio's algorithm has taken beyond the line
        net::async_read(client, net::buffer(four.data() + more.size(), four.size() - more.size()),
                        [&](error_code ec2, std::size_t) {
                            CHECK_FALSE(ec2);
                            net::async_read(client, net::buffer(ten), [&](error_code ec3, std::size_t n3) {
                                read = {ec3, ten, n3};
                            });
                        });
    });
    talk.run();
    CHECK(wrote.ec == success);
    CHECK(wrote.n == request.size());
    CHECK(read.ec == success);
    CHECK(read.text == "0123456789");
    result end;
    net::async_read(client, net::buffer(ten), [&](error_code ec, std::size_t n) { end = {ec, {}, n}; });
    talk.run();
    CHECK(end.ec == end_of_stream);
    CHECK(end.n == 0);
}

TEST_CASE("async_read_some into several buffers, the first of them empty") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").deaf(); });
    talk.inbound = {"0123456789"};
    talk.receive_exactly(1);
    talk.run();
    std::string a(3, ' ');
    std::string b(20, ' ');
    const std::array<net::mutable_buffer, 3> buffers{net::mutable_buffer(), net::buffer(a), net::buffer(b)};
    result read;
    talk.client()->async_read_some(buffers, [&](error_code ec, std::size_t n) { read = {ec, {}, n}; });
    talk.run();
    CHECK(read.ec == success);
    CHECK(read.n == 9);
    CHECK(a + b.substr(0, 6) == "123456789");
}
