// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client as Asio's stream: async_read_some and what is built on it and on async_write_some share the received bytes
// with the receive functions (faults 41).

#include <uplink/detail/connection/receive_operation.hpp>

#include "support/connected.hpp"

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

namespace uplink::tests {

using namespace std::chrono_literals;
using namespace std::string_literals;
using uplink::testing::endpoint;

TEST_CASE("all receives and async_read_some share what is left over") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").close(); });
    talk.inbound = {"0123456789"};
    talk.receive_exactly(2);
    talk.run();
    talk.read_some(3);
    talk.run();
    CHECK(talk.latest() == completed(success, "234"));
    talk.read_some(0);  // faults 41
    talk.run();
    CHECK(talk.latest() == completed(success, 0));
    talk.receive();
    talk.run();
    CHECK(talk.latest() == completed(success, 0));  // read by itself: nothing
    CHECK(talk.held() == "56789");
    talk.read_some(100);
    talk.run();
    CHECK(talk.latest() == completed(success, "56789"));
    talk.read_some(100);
    talk.run();
    CHECK(talk.latest() == completed(end_of_stream, 0));
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
    client_type& client = *talk.client();
    std::string line;
    std::string four(4, ' ');
    std::string ten(10, ' ');
    const std::string request = "a request that is longer than the window";
    completion wrote;
    completion read;
    net::async_write(client, net::buffer(request), record(wrote));
    net::async_read_until(client, net::dynamic_buffer(line, 12), '\n', [&](error_code ec, std::size_t n) {
        CHECK_FALSE(ec);
        CHECK(line.substr(0, n) == "over, line\n");
        const std::string more = line.substr(n);  // what Asio's algorithm has taken beyond the line
        net::async_read(client, net::buffer(four.data() + more.size(), four.size() - more.size()),
                        [&](error_code ec2, std::size_t) {
                            CHECK_FALSE(ec2);
                            net::async_read(client, net::buffer(ten), record(read));
                        });
    });
    talk.run();
    CHECK(wrote == completed(success, request.size()));
    CHECK(read == completed(success, 10));
    CHECK(ten == "0123456789");
    completion end;
    net::async_read(client, net::buffer(ten), record(end));
    talk.run();
    CHECK(end == completed(end_of_stream, 0));
}

TEST_CASE("async_read_some into several buffers, the first of them empty") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").deaf(); });
    talk.inbound = {"0123456789"};
    talk.receive_exactly(1);
    talk.run();
    std::string a(3, ' ');
    std::string b(20, ' ');
    const std::array<net::mutable_buffer, 3> buffers{net::mutable_buffer(), net::buffer(a), net::buffer(b)};
    completion read;
    talk.client()->async_read_some(buffers, record(read));
    talk.run();
    CHECK(read == completed(success, 9));
    CHECK(a + b.substr(0, 6) == "123456789");
}

}  // namespace uplink::tests
