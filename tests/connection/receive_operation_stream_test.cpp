// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client as Asio's stream: async_read_some shares the received bytes with the receive functions (faults
// 41). Asio's own functions are called in client/asio_functions_test.cpp.

#include <uplink/detail/connection/receive_operation.hpp>

#include "support/connected.hpp"

#include <array>
#include <string>

namespace uplink::tests {

using uplink::testing::endpoint;

TEST_CASE("all receives and async_read_some share what is left over") {
    connected talk([](endpoint& server) { server.accept().reply("0123456789").close(); });
    talk.inbound = {"0123456789"};
    talk.receive_exactly(2);
    talk.run();
    operation& three = talk.read_some(3);
    talk.run();
    CHECK(three == completed(success, "234"));
    operation& nothing = talk.read_some(0);  // faults 41
    talk.run();
    CHECK(nothing == completed(success, 0));
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(success, 0));  // read by itself: nothing
    CHECK(talk.held() == "56789");
    operation& rest = talk.read_some(100);
    talk.run();
    CHECK(rest == completed(success, "56789"));
    operation& end = talk.read_some(100);
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
