// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// uplink::async_exchange with each kind of token.
#include "support/client_test.hpp"
#include "support/once_operations.hpp"
#include "support/spawn.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(client_test, "the whole job with each kind of token", "[async_exchange][token]") {
    loopback_server server(loopback_server::echo());
    auto future =
        async_exchange(io, server.host(), server.service(), "by future", half_close, net::use_future);
    auto later =
        async_exchange(io, server.host(), server.service(), "later", half_close, 30s, tokens::deferred);
    std::string awaited;
    const auto await = [&]() -> net::awaitable<void> {
        const net::any_io_executor executor = co_await net::this_coro::executor;
        awaited = co_await async_exchange(executor, server.host(), server.service(), "awaited", half_close,
                                          net::use_awaitable);
    };
    spawn(io, await());
    async_exchange(io, server.host(), server.service(), "detached", half_close, net::detached);
    run();
    CHECK(future.get() == "by future");
    CHECK(awaited == "awaited");
    CHECK(server.wait_for_connections(3));
    completion exchanged;
    std::move(later)(record(exchanged));
    run();
    CHECK(exchanged == completed(success, "later"));
    CHECK(server.wait_for_end(3));
}

}  // namespace uplink::tests
