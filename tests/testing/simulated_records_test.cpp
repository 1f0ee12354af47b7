// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Edges of a simulated network: what its records say of cancelled connects, which port comes after the last, what a
// script expects next, and that writes need no event unless a test wants them to.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"
#include <uplink/async_client.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::network;
using uplink::testing::operation_kind;

namespace {

constexpr const char* recorded_address = "192.0.2.1:80";

/// A handler with a slot.
struct noted_connect {
    using cancellation_slot_type = net::cancellation_slot;
    net::cancellation_signal& signal;
    error_code& result;
    cancellation_slot_type get_cancellation_slot() const noexcept { return signal.slot(); }
    void operator()(error_code ec) const { result = ec; }
};

}  // namespace

TEST_CASE("a connect that is cancelled by its slot alone is recorded as given up, at that time") {
    for (const auto type : {net::cancellation_type::terminal, net::cancellation_type::total}) {
        network net;
        net.endpoint(recorded_address).black_hole();
        net::cancellation_signal signal;
        error_code result;
        uplink::testing::socket socket(net.get_executor());
        socket.async_connect(uplink::testing::detail::parse_endpoint(recorded_address),
                             noted_connect{signal, result});
        net.run_for(5ms);
        CHECK_FALSE(net.attempts().at(0).end);
        signal.emit(type);
        CHECK(net.attempts().at(0).end == 5ms);
        CHECK(net.attempts().at(0).error == net::error::operation_aborted);
        CHECK_FALSE(net.attempts().at(0).closed);  // the socket is still open
        CHECK(net.open_sockets() == 1);
        net.run_for(5ms);
        CHECK(result == net::error::operation_aborted);
        socket.async_connect(uplink::testing::detail::parse_endpoint(recorded_address),
                             [](error_code) {});  // again
        CHECK_FALSE(net.attempts().at(0).end);
        net.run_for(5ms);
        socket.close();
        CHECK(net.attempts().at(0).end == 15ms);
        CHECK(net.attempts().at(0).closed == 15ms);
    }
}

TEST_CASE("a socket that is closed while it connects is recorded as given up, at that time") {
    network net;
    net.endpoint(recorded_address).accept(1s);
    simulated_connection link(net, recorded_address);
    net.run_for(3ms);
    link.socket.close();
    CHECK(net.attempts().at(0).end == 3ms);
    CHECK(net.attempts().at(0).error == net::error::operation_aborted);
    net.run();
    CHECK(net.attempts().at(0).end == 3ms);
    CHECK_FALSE(net.attempts().at(0).connected);
}

TEST_CASE("a second connect on one socket is refused, while it connects and when it has") {
    network net;
    net.endpoint(recorded_address).accept(1ms);
    simulated_connection link(net, recorded_address);
    error_code second;
    link.socket.async_connect(link.remote, [&](error_code ec) { second = ec; });
    REQUIRE(link.wait());
    CHECK(second == net::error::already_started);
    link.socket.async_connect(link.remote, [&](error_code ec) { second = ec; });
    net.run();
    CHECK(second == net::error::already_connected);
    CHECK(net.attempts().size() == 1);
    CHECK(net.attempts()[0].connected);
    CHECK(net.attempts()[0].end == 1ms);
}

TEST_CASE("each expectation of a script waits for bytes of its own") {
    network net;
    net.endpoint(recorded_address)
        .expect("one")
        .expect("one")
        .expect_bytes(2)
        .expect_bytes(3)
        .expect("1")
        .reply("done")
        .expect_eof();
    simulated_connection link(net, recorded_address);
    REQUIRE(link.wait());
    for (const char* part : {"on", "eone1", "2345", "1"}) {
        CHECK_FALSE(net.attempts()[0].finished);
        link.start_write(part);
        net.run();
        CHECK(net.failures().empty());
    }
    CHECK(link.read_all_there_is() == "done");
    link.socket.shutdown(net::socket_base::shutdown_send);
    net.run();
    CHECK(net.failures().empty());
    CHECK(net.attempts()[0].finished);
}

TEST_CASE("local ports go on with the first one of their range after the last") {
    network net;
    const auto remote = uplink::testing::detail::parse_endpoint(recorded_address);
    net.endpoint(remote).accept();
    uplink::testing::socket socket(net.get_executor());
    for (int port = 49152; port <= 65535; ++port) {
        socket.open_socket(remote, {}, {});
        if (socket.local_endpoint().port() != port) FAIL("not port " << port);
        socket.close();
    }
    CHECK_FALSE(socket.open_socket(remote, {}, {}));
    CHECK(socket.local_endpoint().port() == 49152);
}

TEST_CASE("a port that was bound is free again when its socket is closed, and no other is bound") {
    network net;
    net.elsewhere().accept();
    const auto remote = uplink::testing::detail::parse_endpoint(recorded_address);
    uplink::testing::socket first(net.get_executor());
    uplink::testing::socket second(net.get_executor());
    CHECK_FALSE(first.open_socket(remote, {}, {}));  // any port
    const uplink::connect_options same{.local_port = first.local_endpoint().port()};
    CHECK_FALSE(second.open_socket(remote, same, {}));
    first.close();
    CHECK(first.open_socket(remote, same, {}) == net::error::address_in_use);
    second.close();
    CHECK_FALSE(first.open_socket(remote, same, {}));
}

TEST_CASE("the number of sockets that were open at once is remembered") {
    network net;
    net.elsewhere().accept();
    {
        simulated_connection first(net);
        simulated_connection second(net);
    }
    simulated_connection third(net);
    CHECK(net.open_sockets() == 1);
    CHECK(net.peak_sockets() == 2);
}

TEST_CASE(
    "a write that does not wait takes what there is room for, and needs no event, and switched off it always waits") {
    network net;
    net.endpoint(recorded_address).accept().window(4).deaf();
    simulated_connection link(net, recorded_address);
    REQUIRE(link.wait());
    const auto write = [&link](const char* text) {
        error_code ec;
        const std::size_t count = link.socket.write_some(net::buffer(text, 3), ec);
        return ec ? ec.message() : std::to_string(count);
    };
    const std::string waits = error_code(net::error::would_block).message();
    const std::size_t before = net.operations();
    net.writes_at_once(false);
    CHECK(write("abc") == waits);
    CHECK(net.operations() == before);
    net.writes_at_once();
    CHECK(write("abc") == "3");
    CHECK(write("def") == "1");
    CHECK(write("ghi") == waits);
    CHECK(net.faults().log().back().kind == operation_kind::write);
    CHECK(net.attempts()[0].written == 4);
    CHECK(net.attempts()[0].received.empty());  // it is on its way
    net.run();
    CHECK(net.attempts()[0].received == "abcd");
}

TEST_CASE("a write that does not wait keeps to the size of pieces, and fails as the plan says") {
    network net;
    net.endpoint(recorded_address).accept();
    simulated_connection link(net, recorded_address);
    REQUIRE(link.wait());
    error_code ec;
    net.piece_size(2);
    CHECK(link.socket.write_some(net::buffer("abc", 3), ec) == 2);
    net.fail_operation(net.operations(), net::error::broken_pipe);
    CHECK(link.socket.write_some(net::buffer("abc", 3), ec) == 0);
    CHECK(ec == net::error::broken_pipe);
    CHECK(net.attempts()[0].written == 2);
    link.socket.close();
    CHECK(link.socket.write_some(net::buffer("abc", 3), ec) == 0);
    CHECK(ec == net::error::bad_descriptor);
}

TEST_CASE("by default a client's send is written when it starts, as on a system") {
    network net;
    net.endpoint(recorded_address).accept();
    uplink::async_client<uplink::testing::socket> client(net.get_executor());
    client.async_connect(uplink::testing::detail::parse_endpoint(recorded_address), [](auto, auto) {});
    net.run();
    client.async_send(std::string("hello"), [](auto, auto) {});
    CHECK(net.attempts()[0].written == 5);
    CHECK(client.send_queue_bytes() == 0);
    net.writes_at_once(false);
    net.run();
    client.async_send(std::string("hello"), [](auto, auto) {});
    CHECK(net.attempts()[0].written == 5);
    CHECK(client.send_queue_bytes() == 5);
    net.run();
    CHECK(net.attempts()[0].written == 10);
}

}  // namespace uplink::tests
