// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Clients on strands of a thread pool, in coroutines.
#include "support/client_test.hpp"
#include "support/tokens.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

/// The answer stays empty if anything throws.
net::awaitable<void> exchange_with(const loopback_server& server, std::string request, std::string& answer) {
    async_client client{co_await net::this_coro::executor};
    co_await client.async_connect(server.host(), server.service(), net::use_awaitable);
    co_await client.async_exchange(std::move(request), half_close, net::use_awaitable);
    answer = client.take_state().str();
}

}  // namespace

TEST_CASE_METHOD(client_test, "clients on strands of a thread pool work side by side", "[executor]") {
    loopback_server server(loopback_server::echo());
    net::thread_pool pool(4);
    std::array<std::string, 16> answers;
    for (std::size_t i = 0; i != answers.size(); ++i)
        net::co_spawn(net::make_strand(pool), exchange_with(server, std::to_string(i), answers[i]),
                      net::detached);
    pool.join();
    for (std::size_t i = 0; i != answers.size(); ++i) CHECK(answers[i] == std::to_string(i));
}

}  // namespace uplink::tests
