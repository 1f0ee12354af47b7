// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The blocking client: each function in its three forms, the same limits and errors as the async one, and
// nothing lost on an error. Only what blocking adds is tested here.
#include <uplink/blocking_client.hpp>

#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
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

TEST_CASE_METHOD(
    blocking,
    "blocking: an exception of another operation's handler passes, and nothing refers to the call") {
    loopback_server server({server_script().expect_eof().close()});
    blocking_client client;
    client.connect(server.host(), server.service());
    net::post(client.context(), [] { throw std::runtime_error("theirs"); });
    CHECK_THROWS_AS(client.receive_exactly(10), std::runtime_error);
    CHECK_FALSE(client.is_open());
}

TEST_CASE_METHOD(blocking, "blocking: a stopped context ends the call as a cancel does") {
    loopback_server server({server_script().expect_eof()});
    blocking_client client;
    client.connect(server.host(), server.service());
    net::post(client.context(), [&] { client.context().stop(); });
    error_code ec;
    CHECK(client.receive_some(ec).empty());
    CHECK(ec == net::error::operation_aborted);
}

TEST_CASE_METHOD(blocking, "blocking: any client type, here one of a local socket") {
    loopback_options options;
    options.family = loopback_options::address::local;
    loopback_server server(loopback_server::echo(), options);
    uplink::basic_blocking_client<uplink::local_client> client;
    client.connect(net::local::stream_protocol::endpoint(server.path()));
    CHECK(client.exchange("over a file's name", uplink::half_close) == "over a file's name");
    std::string path = server.path();
    path.front() = '@';  // it is an abstract name
    client.connect(path, 5s);
    CHECK(client.exchange("again", uplink::half_close) == "again");
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

namespace {

/// Takes all that is there. It sends twice: the handler of the second send is called in the same step as that
/// of the receive, behind it, and starts another receive.
struct framing_with_sends {
    blocking_client* client;
    loopback_server* server;
    std::string* other;

    uplink::parse_result parse(std::string_view pending) const {
        if (pending.empty()) return uplink::parse_result::need_more();
        client->client().async_send(std::string("ack1"), [](error_code, std::size_t) {});
        client->client().async_send(std::string("ack2"), [all = *this](error_code, std::size_t) {
            all.server->signal();
            REQUIRE(wait_until_readable(all.client->client().lowest_layer().native_handle()));
            all.client->client().async_receive_some(
                [all](error_code, std::string_view text) { *all.other = text; });
        });
        return uplink::parse_result::message(0, pending.size(), pending.size());
    }
};

}  // namespace

TEST_CASE_METHOD(blocking, "blocking: a text is copied before another handler may start the next receive") {
    loopback_server server({server_script().reply("first").when_signalled().reply("OTHER BYTES")});
    std::string other;
    blocking_client client;
    client.connect(server.host(), server.service());
    CHECK(client.receive_message(framing_with_sends{&client, &server, &other}) == "first");
    client.context().restart();
    client.context().run();
    CHECK(other == "OTHER BYTES");
}

TEST_CASE_METHOD(blocking, "blocking: a client with a state of its own") {
    loopback_server server({server_script().reply("all of it").close()});
    std::string got;
    const auto take = [&got](std::string_view piece) { got += piece; };
    using sink = uplink::sink_bytes<decltype(take)>;
    uplink::basic_blocking_client<uplink::async_client<net::ip::tcp::socket, sink>> client({}, sink(take));
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
