// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The blocking client: each function in its three forms, the same limits and errors as the async one, and
// nothing lost on an error. Only what blocking adds is tested here.
#include "support/blocking_clients.hpp"
#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class blocking : public same_descriptors {};

}  // namespace

TEST_CASE_METHOD(blocking, "blocking: a whole conversation, throwing form") {
    loopback_server server(
        {server_script().expect("hello").reply("one\r\ntwo\r\n12345rest").expect_eof().close()});
    blocking_client client;
    CHECK_FALSE(client.is_open());
    CHECK(client.connect(server.host(), server.service(), 10s).port() == server.port());
    CHECK(client.is_open());
    CHECK(client.send("hello") == 5);
    CHECK(client.receive_until("\r\n") == "one\r\n");
    CHECK(client.receive_message(uplink::delimited{"\r\n"}) == "two");
    CHECK(client.receive_exactly(5) == "12345");
    CHECK(client.receive_some() == "rest");
    client.shutdown_send();
    CHECK(client.receive().empty());
    client.close();
    CHECK_FALSE(client.is_open());
}

TEST_CASE_METHOD(blocking, "blocking: the forms with error_code, with and without a limit, throw nothing") {
    loopback_server server(loopback_server::echo());
    blocking_client client;
    error_code ec = net::error::eof;
    client.connect(net::ip::tcp::endpoint(net::ip::make_address("127.0.0.1"), server.port()), ec);
    REQUIRE_FALSE(ec);
    const std::string text = "buffers";
    CHECK(client.send(net::buffer(text), 10s, ec) == text.size());
    CHECK(client.receive_exactly(text.size(), 10s, ec) == text);
    CHECK(client.send("again", ec) == 5);
    CHECK(client.receive_exactly(5, ec) == "again");
    CHECK_FALSE(ec);
    CHECK(client.exchange("to the end", uplink::half_close, 10s, ec) == "to the end");
    CHECK_FALSE(ec);
    client.close(10s, ec);
    CHECK_FALSE(ec);
}

TEST_CASE_METHOD(blocking, "blocking: one exchange after another on the same client") {
    loopback_server server(loopback_server::echo());
    blocking_client client;
    for (const std::string request : {"first", "", "third"}) {
        client.connect(server.host(), server.service());
        CHECK(client.exchange(request, uplink::half_close) == request);
        client.close();
    }
}

TEST_CASE_METHOD(blocking, "blocking: a refused connect throws its code, and the report tells more") {
    const refusing_port refusing;
    blocking_client client;
    try {
        client.connect("127.0.0.1", refusing.service());
        FAIL("it connected");
    } catch (const uplink::system_error& error) {
        CHECK(error.code() == net::error::connection_refused);
    }
    CHECK(client.client().last_connect().attempts.size() == 1);
    error_code ec;
    client.connect(std::vector<net::ip::tcp::endpoint>{}, ec);
    CHECK(ec == net::error::not_found);
}

TEST_CASE_METHOD(blocking, "blocking: a limit is told apart, and the bytes so far are the next receive's") {
    loopback_server server({server_script().reply("half").when_signalled().reply(" and half").close()});
    blocking_client client;
    client.connect(server.host(), server.service());
    error_code ec;
    // The bytes may come before or after the limit; either way none is lost.
    CHECK(client.receive(1ms, ec).empty());
    CHECK(ec == uplink::errc::receive_timeout);
    CHECK(ec == uplink::condition::timeout);
    server.signal();
    CHECK(client.receive() == "half and half");
}

TEST_CASE_METHOD(blocking, "blocking: before connecting everything is not_connected") {
    blocking_client client;
    error_code ec;
    CHECK(client.send("x", ec) == 0);
    CHECK(ec == net::error::not_connected);
    CHECK(client.receive(ec).empty());
    CHECK(ec == net::error::not_connected);
    client.close(ec);
    CHECK(ec == net::error::not_connected);
}

}  // namespace uplink::tests
