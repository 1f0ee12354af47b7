// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The memory of an operation is its handler's allocator's, and is given back before the handler runs. And a handler may
// own what cannot be copied.
#include "support/client_test.hpp"
#include "support/tracking.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "memory is the handler's allocator's, and given back before the handler runs",
                 "[allocator]") {
    loopback_server server(loopback_server::echo());
    async_client client{io};
    struct own_memory {
        memory_count count{};
        std::size_t in_use_when_called = 99;
    };
    std::array<own_memory, 4> memory;
    std::array<completion, 4> done;
    for (std::size_t i = 0; i != memory.size(); ++i)
        done[i].and_then = [&own = memory[i]] { own.in_use_when_called = own.count.in_use; };
    const auto handler = [&](std::size_t i) {
        return with_allocator<recorder>{record(done[i]), memory[i].count};
    };
    connect(client, server);
    client.async_send(std::string("ping"), handler(0));
    client.async_receive_exactly(4, handler(1));
    CHECK(memory[0].count.in_use == 1);
    CHECK(memory[1].count.in_use == 1);
    run();
    client.async_exchange(std::string("ping"), half_close, handler(2));
    client.async_send(std::string("refused"), handler(3));
    run();
    for (const own_memory& each : memory) {
        CHECK(each.count.allocations == 1);
        CHECK(each.in_use_when_called == 0);
    }
}

TEST_CASE_METHOD(client_test, "a handler may be move-only", "[executor]") {
    loopback_server server(loopback_server::echo());
    async_client client{io};
    int calls = 0;
    connect(client, server);
    client.async_exchange(
        std::string("ping"), half_close,
        [&calls, own = std::make_unique<int>(1)](error_code, std::size_t) { calls += *own; });
    client.async_drain([&calls, own = std::make_unique<int>(1)](error_code) { calls += *own; });
    run();
    CHECK(calls == 2);
}

}  // namespace uplink::tests
