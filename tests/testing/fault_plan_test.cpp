// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The fault plan of a simulated network: the n-th operation fails, is cut short, throws when it is started,
// or is the moment at which something else happens.

#include "support/catch.hpp"
#include "support/simulated_connection.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#endif

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::moment;
using uplink::testing::network;
using uplink::testing::operation_kind;

TEST_CASE("the fault plan fails, shortens and forbids the n-th operation, and logs them all") {
    network net;
    net.endpoint("192.0.2.1").echo();
    net.fail_operation(2, net::error::no_buffer_space);
    net.shorten_operation(3, 2);
    net.faults().run_out_of_memory(5);
    net.fail_operation(6, net::error::access_denied);
    simulated_connection link(net);
    REQUIRE(link.wait());
    link.start_write("hello");
    net.run();
    CHECK(link.write.ec == net::error::no_buffer_space);
    link.start_write("hello");
    net.run();
    CHECK(link.write.n == 2);
    CHECK(link.read_all_there_is() == "he");
    CHECK_THROWS_AS(link.start_read(), std::bad_alloc);
    CHECK(net.pending_operations() == 0);
    error_code ec;
    link.socket.shutdown(net::socket_base::shutdown_send, ec);
    CHECK(ec == net::error::access_denied);
    REQUIRE(net.operations() == 7);
    std::vector<operation_kind> kinds;
    for (const auto& each : net.faults().log()) kinds.push_back(each.kind);
    CHECK(kinds == std::vector<operation_kind>{operation_kind::open, operation_kind::connect,
                                               operation_kind::write, operation_kind::write,
                                               operation_kind::read, operation_kind::read,
                                               operation_kind::shutdown});
    CHECK(net.faults().log()[3].bytes == 2);
    CHECK(net.faults().log()[2].error == net::error::no_buffer_space);
}

TEST_CASE("an operation that is cut short transfers a byte at least, and no more than a piece") {
    network net;
    net.endpoint("192.0.2.1").accept();
    simulated_connection link(net);
    REQUIRE(link.wait());
    net.shorten_operation(2, 0);
    link.start_write("hello");
    net.run();
    CHECK_FALSE(link.write.ec);
    CHECK(link.write.n == 1);
    net.piece_size(2);
    net.shorten_operation(3, 4);
    link.start_write("hello");
    net.run();
    CHECK(link.write.n == 2);
    net.faults().clear();  // of the plan; the pieces stay, and the log
    CHECK(net.operations() == 4);
    link.start_write("hello");
    net.run();
    CHECK(link.write.n == 2);
}

TEST_CASE("the log of operations has the times at which they start and end") {
    network net;
    net.endpoint("192.0.2.1").accept(2ms).after(3ms).reply("x").silent();
    net.run_for(1ms);
    simulated_connection link(net);
    REQUIRE(link.wait());
    link.start_read();
    const auto& log = net.faults().log();
    REQUIRE(log.size() == 3);
    CHECK_FALSE(log[2].end);
    net.run();
    CHECK(log[1].start == 1ms);
    CHECK(log[1].end == 3ms);
    CHECK(log[2].start == 3ms);
    CHECK(log[2].end == 6ms);
    CHECK(log[2].bytes == 1);
}

TEST_CASE("open, connect and lookup can be made to fail too") {
    for (std::size_t n = 0; n != 3; ++n) {
        network net;
        net.host("a.test").v4({"192.0.2.1"}, 1h);
        net.fail_operation(n, net::error::no_memory);
        error_code looked_up;
        uplink::testing::socket::default_resolver(net.get_executor())
            ->resolve({"a.test", "80", uplink::address_family::v4},
                      [&](const uplink::lookup_answer& answer) { looked_up = answer.error; });
        uplink::testing::socket socket(net.get_executor());
        const auto remote = uplink::testing::detail::parse_endpoint("192.0.2.1:80");
        const error_code opened = socket.open_socket(remote, {}, {});
        CHECK((opened == net::error::no_memory) == (n == 1));
        error_code connected;
        if (!opened) socket.async_connect(remote, [&](error_code ec) { connected = ec; });
        net.run();
        CHECK((looked_up == net::error::no_memory) == (n == 0));
        CHECK((connected == net::error::no_memory) == (n == 2));
    }
}

TEST_CASE("an action at any moment of any operation may close or destroy the socket") {
    for (const moment when : {moment::started, moment::completing, moment::completed}) {
        for (std::size_t n = 0; n != 5; ++n) {
            for (const bool destroy : {false, true}) {
                CAPTURE(static_cast<int>(when), n, destroy);
                network net;
                net.endpoint("192.0.2.1").echo();
                auto socket = std::make_unique<uplink::testing::socket>(net.get_executor());
                std::array<char, 5> bytes{};
                int ended = 0;
                net.on_operation(n, when, [&] {
                    if (destroy) {
                        socket.reset();
                    } else {
                        socket->close();
                    }
                });
                std::function<void(int)> go_on = [&](int step) {
                    const auto next = [&, step](error_code ec, std::size_t = 0) {
                        ++ended;
                        if (!ec && socket) go_on(step + 1);
                    };
                    if (step == 0)
                        socket->async_connect(uplink::testing::detail::parse_endpoint("192.0.2.1:80"), next);
                    if (step == 1) socket->async_write_some(net::buffer("hello", 5), next);
                    if (step == 2) socket->async_read_some(net::buffer(bytes), next);
                    error_code ec;
                    if (step == 3) socket->shutdown(net::socket_base::shutdown_send, ec);
                };
                go_on(0);
                net.run();
                CHECK(ended >= 1);
                CHECK(net.pending_operations() == 0);
                CHECK(net.open_sockets() == 0);
            }
        }
    }
}

TEST_CASE("an exception of the initiating function leaves nothing behind") {
    network net;
    net.endpoint("192.0.2.1").accept();
    simulated_connection link(net);
    REQUIRE(link.wait());
    net.faults().run_out_of_memory(net.operations());
    CHECK_THROWS_AS(link.start_write("x"), std::bad_alloc);
    CHECK(net.pending_operations() == 0);
    link.start_write("x");
    net.run();
    CHECK(link.write.n == 1);
}

TEST_CASE("an operation can be cancelled until its result is taken, and not from then on") {
    for (const moment when : {moment::started, moment::completing, moment::completed}) {
        network net;
        net.endpoint("192.0.2.1").reply("data");
        simulated_connection link(net);
        REQUIRE(link.wait());
        net::cancellation_signal signal;
        net.on_operation(net.operations(), when, [&] { signal.emit(net::cancellation_type::total); });
        completion result;
        std::array<char, 10> bytes{};
        link.socket.async_read_some(
            net::buffer(bytes), net::bind_cancellation_slot(
                                    signal.slot(), [&](error_code ec, std::size_t n) { result.set(ec, n); }));
        net.run();
        if (when == moment::completed) {
            CHECK_FALSE(result.ec);
            CHECK(result.n == 4);
        } else {
            CHECK(result.ec == net::error::operation_aborted);
            CHECK(link.read_all_there_is() == "data");
        }
    }
}

TEST_CASE("an operation that does not wait has all its moments when it starts") {
    for (const moment when : {moment::started, moment::completing, moment::completed}) {
        CAPTURE(static_cast<int>(when));
        network net;
        net.writes_at_once();
        net.endpoint("192.0.2.1").echo();
        simulated_connection link(net);
        REQUIRE(link.wait());
        int acted = 0;
        std::array<char, 5> bytes{};
        error_code ec;
        net.on_operation(net.operations(), when, [&] { ++acted; });
        CHECK(link.socket.write_some(net::buffer("hello", 5), ec) == 5);
        CHECK(acted == 0);  // not inside of it
        net.run();
        CHECK(acted == 1);
        net.on_operation(net.operations(), when, [&] { ++acted; });
        CHECK(link.socket.read_some(net::buffer(bytes), ec) == 5);
        net.run();
        CHECK(acted == 2);
        net.on_operation(net.operations(), when, [&] { ++acted; });
        link.socket.shutdown(net::socket_base::shutdown_send, ec);
        net.run();
        CHECK(acted == 3);
    }
}

}  // namespace uplink::tests
