// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// uplink::async_exchange from threads, on many and on one that is not the loop's.
#include "support/client_test.hpp"
#include "support/on_threads.hpp"
#include "support/once_operations.hpp"
#include "support/tokens.hpp"

#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace uplink::tests {

TEST_CASE_METHOD(same_descriptors, "the whole job may be started by any thread, on many",
                 "[async_exchange]") {
    loopback_server server(loopback_server::echo());
    net::thread_pool pool(4);
    const std::string bytes = many_bytes(100'000);
    std::vector<std::future<std::string>> replies;
    for (int i = 0; i != 16; ++i) {
        replies.push_back(
            async_exchange(pool, server.host(), server.service(), bytes, half_close, net::use_future));
    }
    for (auto& reply : replies) CHECK(same(reply.get(), bytes));
    pool.join();
}

TEST_CASE_METHOD(same_descriptors,
                 "threads: the free async_exchange is called from another thread than the loop's") {
    loopback_server server(loopback_server::echo());
    net::io_context io;
    auto work = std::make_unique<net::executor_work_guard<net::io_context::executor_type>>(io.get_executor());
    std::thread loop([&] { on_threads(2, [&](std::size_t) { io.run(); }); });
    for (int round = 0; round != 20; ++round) {
        auto reply = uplink::async_exchange(io, server.host(), server.service(), "from afar",
                                            uplink::half_close, net::use_future);
        CHECK(reply.get() == "from afar");
    }
    work.reset();
    loop.join();
}

}  // namespace uplink::tests
