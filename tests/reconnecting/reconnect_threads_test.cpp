// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnecting client whose handlers run on another thread: whatever of it a handler keeps alive, the client below is
// used and destroyed on the client's own executor alone. ThreadSanitizer watches.
#include <uplink/reconnecting_client.hpp>

#include "support/client_test.hpp"
#include "support/loopback_server.hpp"
#include "support/watched_client.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#else
#include <asio/bind_executor.hpp>
#include <asio/executor_work_guard.hpp>
#endif

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE_METHOD(client_test,
                 "Reconnect: a handler on another thread outlives the client, not the one below") {
    loopback_server server({server_script().reply("x").until_gone()});
    net::io_context others;
    const auto work = net::make_work_guard(others);
    // Relaxed: nothing that this thread has done may be said to come before what the handler's end does.
    std::atomic<bool> is_called{false};
    std::atomic<bool> is_over{false};
    std::thread thread([&others] { others.run(); });
    std::thread::id destroyed_on;
    reconnect_options options;
    options.stable_after =
        0ns;  // without its timer the handler of the read is the last of this thread to let go
    std::optional<reconnecting_client<watched_client>> client(
        std::in_place, watched_client(io, {}, watched_bytes(destroyed_on)), server.host(), server.service(),
        options);
    client->async_receive_some(net::bind_executor(others, [&](const error_code&, std::string_view) {
        is_called.store(true, std::memory_order_relaxed);
        while (!is_over.load(std::memory_order_relaxed)) std::this_thread::yield();
    }));
    client->start();
    while (!is_called.load(std::memory_order_relaxed)) {
        io.restart();
        io.poll();
    }
    client.reset();
    run();
    is_over.store(true, std::memory_order_relaxed);
    others.stop();
    thread.join();
    CHECK(destroyed_on == std::this_thread::get_id());
}

}  // namespace uplink::tests
