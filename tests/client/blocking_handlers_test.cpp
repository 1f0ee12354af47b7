// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the context of a blocking client does besides while a call waits: handlers of other operations, and a stop.
#include "support/blocking_clients.hpp"
#include "support/catch.hpp"
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

class blocking : public same_descriptors {};

}  // namespace

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

}  // namespace uplink::tests
