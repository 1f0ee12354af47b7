// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The same exchange with every kind of completion token. (Stackful coroutines need Boost.Context, which the tests
// do without.)
#include "support/client_test.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <exception>
#include <future>
#include <string>
#include <tuple>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

server_script question_and_answer() {
    return server_script().expect("question").expect_eof().reply("answer").close();
}

template <class Future> error_code error_of(Future& future) {
    try {
        future.get();
        return {};
    } catch (const system_error& error) {
        return error.code();
    }
}

net::awaitable<std::string> talk(std::string host, std::string service) {
    async_client client{co_await net::this_coro::executor};
    const tcp::endpoint endpoint = co_await client.async_connect(host, service, 30s, net::use_awaitable);
    if (std::to_string(endpoint.port()) != service) co_return "connected elsewhere";
    if (co_await client.async_send(std::string("question"), net::use_awaitable) != 8)
        co_return "not all was sent";
    co_await client.async_shutdown_send(net::use_awaitable);
    co_await client.async_receive(30s, net::use_awaitable);
    std::string answer = client.take_state().str();
    co_await client.async_close(net::use_awaitable);
    co_return answer;
}

}  // namespace

TEST_CASE_METHOD(client_test, "use_future: a result is a value, an error is thrown by get()", "[token]") {
    loopback_server server({question_and_answer()});
    const refusing_port nobody;
    async_client client{io};

    std::future<tcp::endpoint> refused = client.async_connect("127.0.0.1", nobody.service(), net::use_future);
    run();
    CHECK(error_of(refused) == net::error::connection_refused);

    std::future<tcp::endpoint> connected =
        client.async_connect(server.host(), server.service(), 30s, net::use_future);
    run();
    CHECK(connected.get().port() == server.port());

    std::future<std::size_t> exchanged =
        client.async_exchange(std::string("question"), half_close, 30s, net::use_future);
    run();
    CHECK(exchanged.get() == 6);
    CHECK(client.state().view() == "answer");
}

TEST_CASE_METHOD(client_test, "use_awaitable: a whole conversation in a coroutine", "[token]") {
    loopback_server server({question_and_answer()});
    std::future<std::string> answer =
        net::co_spawn(io, talk(server.host(), server.service()), net::use_future);
    run();
    CHECK(answer.get() == "answer");
}

TEST_CASE_METHOD(client_test, "use_awaitable: an error is thrown in the coroutine", "[token]") {
    const refusing_port nobody;
    std::future<std::string> answer = net::co_spawn(io, talk("127.0.0.1", nobody.service()), net::use_future);
    run();
    CHECK(error_of(answer) == net::error::connection_refused);
}

TEST_CASE_METHOD(client_test, "as_tuple: the error is part of the result", "[token]") {
    loopback_server server({server_script().expect_anything_until_eof().close()});
    const refusing_port nobody;
    completion received;
    net::co_spawn(
        io,
        [&]() -> net::awaitable<void> {
            constexpr auto token = tokens::as_tuple(net::use_awaitable);
            async_client client{io};
            auto [refused, nowhere] = co_await client.async_connect("127.0.0.1", nobody.service(), token);
            CHECK(refused == net::error::connection_refused);
            CHECK(nowhere == tcp::endpoint());
            auto [connected, endpoint] =
                co_await client.async_connect(server.host(), server.service(), token);
            CHECK_FALSE(connected);
            co_await client.async_shutdown_send(token);
            auto [ended, view] = co_await client.async_receive_some(30s, token);
            recorder{received}(ended, view);
        },
        net::detached);
    run();
    CHECK(received == completed(net::error::eof));
}

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

TEST_CASE_METHOD(client_test, "one time point bounds a whole conversation, each operation by its own code",
                 "[token][limit]") {
    loopback_server server({server_script().silence()});
    async_client client{io};
    connect(client, server);
    const async_client<>::time_limit expired = std::chrono::steady_clock::now() - 1s;
    std::future<std::size_t> sent = client.async_send(std::string("x"), expired, net::use_future);
    std::future<std::size_t> received = client.async_receive(expired, net::use_future);
    run();
    CHECK(error_of(sent) == errc::send_timeout);
    CHECK(error_of(received) == errc::receive_timeout);
    client.close();
}

}  // namespace uplink::tests
