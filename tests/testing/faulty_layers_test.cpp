// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A faulty stream over a real socket, and one below a client.

#include "support/catch.hpp"
#include "support/completion.hpp"
#include "support/faulty_client.hpp"
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/network.hpp>

#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

using uplink::testing::fault_plan;
using uplink::testing::faulty_stream;
using uplink::testing::network;

TEST_CASE("a faulty stream works over a real socket too") {
    using tcp = net::ip::tcp;
    net::io_context context;
    net::basic_socket_acceptor<tcp> acceptor(context, tcp::endpoint(net::ip::address_v4::loopback(), 0));
    tcp::socket client(context);
    tcp::socket server(context);
    client.connect(acceptor.local_endpoint());
    acceptor.accept(server);
    auto plan = std::make_shared<fault_plan>();
    faulty_stream<tcp::socket> stream(std::move(client), plan);
    plan->shorten(0, 3);
    plan->fail(1, net::error::connection_aborted);
    completion first;
    completion second;
    stream.async_write_some(net::buffer("hello", 5), record(first));
    stream.async_write_some(net::buffer("hello", 5), record(second));
    context.run();
    CHECK(first.n == 3);
    CHECK(second.ec == net::error::connection_aborted);
    CHECK(server.available() == 3);
}

TEST_CASE("a client over a faulty stream writes at once, and what the plan cuts short is written next") {
    network net;
    net.endpoint("192.0.2.1:80").accept().silent();
    auto plan = std::make_shared<fault_plan>();
    faulty_client client(net.get_executor(), plan);
    completion connected;
    client.async_connect(uplink::testing::detail::parse_endpoint("192.0.2.1:80"), record(connected));
    net.run();
    CHECK(connected == completed(success));
    CHECK(plan->count() == 0);
    plan->shorten(1, 2);
    completion sent;
    client.async_send(std::string("hello"), record(sent));
    CHECK(plan->count() == 1);
    CHECK(net.attempts()[0].written == 5);
    CHECK_FALSE(sent);  // its handler is called later all the same
    net.run();
    CHECK(sent == completed(success, 5));
    completion cut_short;
    client.async_send(std::string("world"), record(cut_short));
    CHECK(net.attempts()[0].written == 7);
    net.run();
    CHECK(cut_short == completed(success, 5));
    CHECK(net.attempts()[0].received == "helloworld");
    plan->fail(plan->count(), net::error::connection_reset);
    completion failed;
    client.async_send(std::string("more"), record(failed));
    net.run();
    CHECK(failed == completed(net::error::connection_reset, 0));
}

}  // namespace uplink::tests
