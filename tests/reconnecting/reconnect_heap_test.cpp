// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A send of a reconnecting client takes nothing from the heap once there has been one.
#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/real_reconnect.hpp"

#include <cstddef>
#include <cstdlib>

namespace uplink::tests {

namespace {

thread_local std::size_t allocations = 0;  ///< with operator new, of this thread

void* allocate(std::size_t size) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

}  // namespace uplink::tests

#include "support/replaced_new.hpp"

namespace uplink::tests {

TEST_CASE_METHOD(client_test,
                 "Reconnect: once there has been a send the next one takes nothing from the heap") {
    loopback_server server({server_script().expect_anything_until_eof().close()});
    reconnecting_client client(async_client<>(io), server.host(), server.service());
    completion connected, stopped, sent;
    client.async_wait_connected(record(connected));
    client.start();
    run_until(connected);
    constexpr int most = 200;
    int left = most;
    int failures = 0;
    std::size_t before = 0;
    std::size_t after = 0;
    const auto send = [&] { client.async_send(net::buffer("x", 1), record(sent)); };
    sent.and_then = [&] {
        failures += sent.ec ? 1 : 0;
        if (left == most / 2) before = allocations;
        if (--left != 0) send();
        else after = allocations;
    };
    net::post(io, send);
    run_until([&] { return left == 0; });
    CHECK(failures == 0);
    CHECK(after - before == 0);
    client.async_stop(record(stopped));
    run();
    CHECK(stopped == completed(success));
}

}  // namespace uplink::tests
