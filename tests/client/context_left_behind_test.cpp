// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The execution context goes while something of the library is still held elsewhere: a deferred operation, or a view on
// its way to another context. What the sanitizers see here is half of the test.
#include "support/client_test.hpp"
#include "support/context_strand.hpp"
#include "support/counted_client.hpp"
#include "support/tokens.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

TEST_CASE_METHOD(same_descriptors,
                 "what is left of a client after its context keeps nothing of it: a deferred operation",
                 "[lifetime]") {
    doomed all;
    auto later = std::make_optional(all.client->async_drain(tokens::deferred));
    SECTION("the client goes first") {
        all.client.reset();
        all.io->run();
        CHECK(counted_socket::alive == 0);  // though the operation holds the rest
        all.io.reset();
    }
    SECTION("the context goes first") {
        all.io.reset();
        CHECK(counted_socket::alive == 0);
        all.client.reset();
    }
    later.reset();
    CHECK(counted_socket::alive == 0);
}

TEST_CASE_METHOD(same_descriptors,
                 "what is left of a client after its context keeps nothing of it: a view in another context",
                 "[lifetime]") {
    net::io_context other;
    loopback_server server({server_script().reply("hello").expect_eof()});
    std::string text;
    {
        net::io_context io;
        counted_client client{strand_of(io)};
        completion connected;
        client.async_connect(server.host(), server.service(), record(connected));
        io.run();
        CHECK(connected == completed(success));
        io.restart();
        client.async_receive_some(net::bind_executor(
            other.get_executor(), [&](error_code ec, std::string_view view) { text = ec ? "error" : view; }));
        io.run();
        client.close();
        io.restart();
        io.run();
    }
    CHECK(counted_socket::alive == 0);
    CHECK(text.empty());
    other.run();  // the view is still readable
    CHECK(text == "hello");
}

TEST_CASE_METHOD(client_test, "a deferred operation that is started when the client is gone is told so",
                 "[lifetime]") {
    loopback_server server(loopback_server::echo());
    auto client = std::make_unique<counted_client>(io);
    auto drain = client->async_drain(tokens::deferred);
    auto connect_again = client->async_connect(server.host(), server.service(), tokens::deferred);
    auto receive = client->async_receive_some(tokens::deferred);
    connect(*client, server);
    client.reset();
    run();
    CHECK(counted_socket::alive == 0);
    completion drained, connected, received;
    drain(record(drained));
    connect_again(record(connected));
    receive(record(received));
    run();
    CHECK(drained == completed(net::error::not_connected));
    CHECK(connected == completed(aborted));
    CHECK(received == completed(net::error::not_connected));
}

}  // namespace uplink::tests
