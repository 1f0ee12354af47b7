// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A handler that is passed as an lvalue is copied where the operation starts later, too, with the handler of a token that
// gives it as an lvalue; and one std::function serves many operations.
#include "support/client_test.hpp"
#include "support/lvalue_operations.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(client_test, "an operation that starts later copies a handler that it is given as an lvalue",
                 "[handler]") {
    async_client<> client{io};
    start_twice("deferred receive", io,
                [&](auto& handler) { client.async_receive_some(tokens::deferred)(handler); });
    start_twice("deferred connect", io,
                [&](auto& handler) { client.async_connect("127.0.0.1", "1", tokens::deferred)(handler); });
    start_twice("deferred free exchange", io, [&](auto& handler) {
        uplink::async_exchange(io, "127.0.0.1", "1", "x", 1s, tokens::deferred)(handler);
    });
}

TEST_CASE_METHOD(client_test, "one std::function serves any number of operations", "[handler]") {
    loopback_server server(loopback_server::echo());
    async_client<> client{io};
    connect(client, server);
    int sent = 0;
    std::function<void(error_code, std::size_t)> count = [&sent](error_code ec, std::size_t) { sent += !ec; };
    for (int i = 0; i != 5; ++i) client.async_send(std::string("x"), 1s, count);
    run_until([&] { return sent == 5; });
    CHECK(count);
    client.close();
    run();
}

}  // namespace uplink::tests
