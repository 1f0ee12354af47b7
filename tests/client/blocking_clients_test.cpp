// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Blocking clients of other types, over a socket that is connected already, and with a port that is a number.
#include "support/blocking_clients.hpp"
#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/platform.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class blocking : public same_descriptors {};

}  // namespace

TEST_CASE_METHOD(blocking, "blocking: any client type, here one of a local socket") {
    loopback_options options;
    options.family = loopback_options::address::local;
    loopback_server server(loopback_server::echo(), options);
    blocking_local_client client;
    client.connect(net::local::stream_protocol::endpoint(server.path()));
    CHECK(client.exchange("over a file's name", uplink::half_close) == "over a file's name");
    if (is_for_linux) {
        std::string path = server.path();
        path.front() = '@';  // it is an abstract name
        client.connect(path, 5s);
        CHECK(client.exchange("again", uplink::half_close) == "again");
    }
    error_code ec;
    client.connect("", ec);
    CHECK(ec == net::error::invalid_argument);
    CHECK_THROWS_AS(client.connect(std::string("/nowhere/at/all")), system_error);
}

TEST_CASE_METHOD(blocking, "blocking: over a socket that is connected already, and given away again") {
    loopback_server server(
        {server_script().expect("one").expect("two").expect("three").expect_eof().close()});
    blocking_client first, second;
    first.connect(server.host(), server.service());
    first.send("one");
    second.connect(first.client().release(), "some.host", 5s);
    CHECK(second.client().last_connect().host == "some.host");
    second.send("two");
    error_code ec;
    first.connect(second.client().release(), ec);
    CHECK_FALSE(ec);
    first.send("three");
    first.connect(second.client().release(ec), ec);
    CHECK(ec == net::error::already_connected);
    CHECK_THROWS_AS(second.connect(net::ip::tcp::socket(second.context())), system_error);
    CHECK_THROWS_AS(second.connect(net::ip::tcp::socket(second.context()), "host"), system_error);
}

TEST_CASE_METHOD(blocking, "blocking: a client with a state of its own") {
    loopback_server server({server_script().reply("all of it").close()});
    std::string got;
    blocking_sink_client client({}, function_sink([&got](std::string_view piece) { got += piece; }));
    client.connect(server.host(), server.port(), 10s);
    CHECK(client.receive().empty());
    CHECK(got == "all of it");
}

TEST_CASE_METHOD(blocking, "blocking: a port as a number") {
    loopback_server server(loopback_server::echo());
    blocking_client client;
    CHECK(client.connect(server.host(), server.port()).port() == server.port());
    error_code ec;
    client.close();
    client.connect(server.host(), 70000, ec);
    CHECK(ec == net::error::invalid_argument);
    client.connect(server.host(), 0, 10s, ec);
    CHECK(ec == net::error::invalid_argument);
    client.connect(server.host(), -1, ec);
    CHECK(ec == net::error::invalid_argument);
}

}  // namespace uplink::tests
