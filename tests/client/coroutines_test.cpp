// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Operations in coroutines, with the token use_awaitable; with as_tuple in as_tuple_test.cpp. (Stackful coroutines need
// Boost.Context, which the tests do without.)
#include "support/client_test.hpp"
#include "support/spawn.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <future>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

error_code error_of(std::future<std::string>& future) {
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

TEST_CASE_METHOD(client_test, "use_awaitable: a whole conversation in a coroutine", "[token]") {
    loopback_server server({server_script().expect("question").expect_eof().reply("answer").close()});
    std::future<std::string> answer = spawn(io, talk(server.host(), server.service()));
    run();
    CHECK(answer.get() == "answer");
}

TEST_CASE_METHOD(client_test, "use_awaitable: an error is thrown in the coroutine", "[token]") {
    const refusing_port nobody;
    std::future<std::string> answer = spawn(io, talk("127.0.0.1", nobody.service()));
    run();
    CHECK(error_of(answer) == net::error::connection_refused);
}

}  // namespace uplink::tests
