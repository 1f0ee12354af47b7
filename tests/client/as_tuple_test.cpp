// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Operations in a coroutine with the token as_tuple.
#include "support/client_test.hpp"
#include "support/spawn.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <string>
#include <tuple>

namespace uplink::tests {

using namespace std::chrono_literals;
using net::ip::tcp;

TEST_CASE_METHOD(client_test, "as_tuple: the error is part of the result", "[token]") {
    loopback_server server({server_script().expect_anything_until_eof().close()});
    const refusing_port nobody;
    completion received;
    const auto talk = [&]() -> net::awaitable<void> {
        constexpr auto token = tokens::as_tuple(net::use_awaitable);
        async_client client{io};
        auto [refused, nowhere] = co_await client.async_connect("127.0.0.1", nobody.service(), token);
        CHECK(refused == net::error::connection_refused);
        CHECK(nowhere == tcp::endpoint());
        auto [connected, endpoint] = co_await client.async_connect(server.host(), server.service(), token);
        CHECK_FALSE(connected);
        co_await client.async_shutdown_send(token);
        auto [ended, view] = co_await client.async_receive_some(30s, token);
        recorder{received}(ended, view);
    };
    spawn(io, talk());
    run();
    CHECK(received == completed(net::error::eof));
}

}  // namespace uplink::tests
