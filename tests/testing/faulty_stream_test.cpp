// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The layer that fails, or is cut short, at the N-th operation; here over a simulated socket. Over a real one, and
// below a client: faulty_layers_test.cpp.

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/simulated_connection.hpp"
#include <uplink/testing/faulty_stream.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using uplink::testing::fault_plan;
using uplink::testing::faulty_stream;
using uplink::testing::moment;
using uplink::testing::network;

namespace {

struct faulty_echo {
    explicit faulty_echo(network& where) : net(where), stream(connect(where), plan) {}

    static uplink::testing::socket connect(network& where) {
        where.endpoint("192.0.2.1").echo();
        simulated_connection link(where);
        REQUIRE(link.wait());
        return std::move(link.socket);
    }
    completion write(std::string_view text) {
        completion result;
        const std::array<net::const_buffer, 2> buffers{net::const_buffer(),
                                                       net::buffer(text.data(), text.size())};
        stream.async_write_some(buffers, record(result));
        CHECK_FALSE(result);
        net.run();
        return result;
    }
    completion read() {
        completion result;
        stream.async_read_some(net::buffer(bytes), record(result));
        CHECK_FALSE(result);
        net.run();
        return result;
    }

    network& net;
    std::shared_ptr<fault_plan> plan = std::make_shared<fault_plan>();
    faulty_stream<uplink::testing::socket> stream;
    std::array<char, 100> bytes{};
};

}  // namespace

TEST_CASE("a faulty stream fails the operation that the plan says, below which nothing happens") {
    network net;
    faulty_echo it(net);
    it.plan->fail(1, net::error::connection_reset);
    it.plan->fail(2, net::error::eof);
    CHECK(it.write("hello") == completed(success, 5));
    const completion written = it.write("world");
    CHECK(written == completed(net::error::connection_reset, 0));
    CHECK(it.read() == completed(net::error::eof));
    CHECK(it.read() == completed(success, 5));
    CHECK(std::string(it.bytes.data(), 5) == "hello");
    CHECK(net.attempts()[0].received == "hello");
    REQUIRE(it.plan->count() == 4);
    CHECK(it.plan->log()[0].bytes == 5);
    CHECK(it.plan->log()[1].error == net::error::connection_reset);
}

TEST_CASE("a faulty stream cuts one operation, or all, short") {
    network net;
    faulty_echo it(net);
    it.plan->shorten(0, 2);
    CHECK(it.write("hello") == completed(success, 2));
    CHECK(it.write("llo") == completed(success, 3));
    it.plan->piece_size(1);
    std::string got;
    for (int i = 0; i != 5; ++i) {
        CHECK(it.read() == completed(success, 1));
        got += it.bytes[0];
    }
    CHECK(got == "hello");
    CHECK(it.write("again") == completed(success, 1));
}

TEST_CASE("a faulty stream runs out of memory, acts, and fails a shutdown") {
    network net;
    faulty_echo it(net);
    it.plan->run_out_of_memory(0);
    CHECK_THROWS_AS(it.read(), std::bad_alloc);
    std::vector<std::string> order;
    it.plan->on(1, moment::started, [&] { order.push_back("started"); });
    it.plan->on(1, moment::completing, [&] { order.push_back("completing"); });
    it.plan->on(1, moment::completed, [&] { order.push_back("completed"); });
    CHECK(it.write("x") == completed(success, 1));
    CHECK(order == std::vector<std::string>{"started", "completing", "completed"});
    it.plan->fail(2, net::error::not_connected);
    error_code ec;
    it.stream.shutdown(net::socket_base::shutdown_send, ec);
    CHECK(ec == net::error::not_connected);
    it.stream.shutdown(net::socket_base::shutdown_send, ec);
    CHECK_FALSE(ec);
    CHECK(it.stream.is_open());
    CHECK_FALSE(it.stream.peer_gone());
    it.plan->fail(4, net::error::eof);
    CHECK(it.stream.read_some(net::buffer(it.bytes), ec) == 0);
    CHECK(ec == net::error::eof);
    CHECK(it.stream.read_some(net::buffer(it.bytes), ec) == 1);
    CHECK_FALSE(ec);
    it.stream.close(ec);
    CHECK(net.open_sockets() == 0);
}

TEST_CASE("a faulty stream acts for operations that do not wait, at once after them") {
    for (const moment when : {moment::started, moment::completing, moment::completed}) {
        CAPTURE(static_cast<int>(when));
        network net;
        faulty_echo it(net);
        CHECK(it.write("x") == completed(success, 1));
        int acted = 0;
        error_code ec;
        it.plan->on(1, when, [&] { ++acted; });
        it.plan->on(2, when, [&] { ++acted; });
        CHECK(it.stream.read_some(net::buffer(it.bytes), ec) == 1);
        it.stream.shutdown(net::socket_base::shutdown_send, ec);
        CHECK(acted == 0);
        net.run();
        CHECK(acted == 2);
    }
}

TEST_CASE("a faulty stream writes at once by its plan: whole, cut short, failing, out of memory") {
    network net;
    faulty_echo it(net);
    const std::array<net::const_buffer, 3> buffers{net::const_buffer(), net::buffer("ab", 2),
                                                   net::buffer("cd", 2)};
    error_code ec = net::error::eof;
    CHECK(it.stream.write_some(buffers, ec) == 4);
    CHECK_FALSE(ec);
    it.plan->shorten(1, 1);
    CHECK(it.stream.write_some(buffers, ec) == 1);
    it.plan->shorten(2, 0);  // still a byte
    CHECK(it.stream.write_some(buffers, ec) == 1);
    it.plan->fail(3, net::error::broken_pipe);
    CHECK(it.stream.write_some(buffers, ec) == 0);
    CHECK(ec == net::error::broken_pipe);
    it.plan->run_out_of_memory(4);
    CHECK_THROWS_AS(it.stream.write_some(buffers, ec), std::bad_alloc);
    net.run();
    CHECK(net.attempts()[0].received == "abcdaa");
    REQUIRE(it.plan->count() == 5);
    for (const auto& each : it.plan->log()) CHECK(each.kind == uplink::testing::operation_kind::write);
    CHECK(it.plan->log()[1].bytes == 1);
    CHECK(it.plan->log()[3].error == net::error::broken_pipe);
    int acted = 0;
    it.plan->on(5, moment::completed, [&] { ++acted; });
    CHECK(it.stream.write_some(net::buffer("x", 1), ec) == 1);
    CHECK(acted == 0);
    net.run();
    CHECK(acted == 1);
}

}  // namespace uplink::tests
