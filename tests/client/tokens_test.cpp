// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Operations with the tokens deferred and detached. Those with use_future are in futures_test.cpp, those of coroutines in
// coroutines_test.cpp and as_tuple_test.cpp.
#include "support/client_test.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

server_script question_and_answer() {
    return server_script().expect("question").expect_eof().reply("answer").close();
}

}  // namespace

TEST_CASE_METHOD(client_test, "deferred: nothing happens until the operation is started", "[token]") {
    loopback_server server({question_and_answer()});
    async_client client{io};
    auto connect_later = client.async_connect(server.host(), server.service(), 30s, tokens::deferred);
    auto exchange_later = client.async_exchange(std::string("question"), half_close, tokens::deferred);
    run();
    CHECK_FALSE(client.is_open());

    completion connected, exchanged;
    std::move(connect_later)(record(connected));
    run();
    CHECK(connected == completed(success));
    std::move(exchange_later)(record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(client.state().view() == "answer");
}

TEST_CASE_METHOD(client_test, "deferred: an operation outlives the client that it was made from", "[token]") {
    loopback_server server({server_script().until_gone()});
    completion received;
    {
        async_client client{io};
        auto receive_later = client.async_receive(tokens::deferred);
        connect(client, server);
        async_client moved = std::move(client);
        std::move(receive_later)(record(received));
    }
    run();
    CHECK(received == completed(aborted));
}

TEST_CASE_METHOD(client_test, "detached: operations go on without a handler, and their errors are dropped",
                 "[token]") {
    loopback_server server({question_and_answer()});
    const refusing_port nobody;
    async_client client{io};
    client.async_connect("127.0.0.1", nobody.service(), net::detached);
    run();
    client.async_send(std::string("nowhere"), net::detached);
    run();
    client.async_connect(server.host(), server.service(), net::detached);
    run();
    REQUIRE(client.is_open());
    client.async_send(std::string("question"), net::detached);
    client.async_shutdown_send(net::detached);
    client.async_receive(net::detached);
    run();
    CHECK(client.state().view() == "answer");
    client.async_close(net::detached);
    run();
    CHECK_FALSE(client.is_open());
}

}  // namespace uplink::tests
