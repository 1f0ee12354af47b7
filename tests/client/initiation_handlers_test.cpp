// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// An initiation's handler may be huge and move-only, and its executor and allocator are its own (faults 76, 78, 85).
#include "client/initiation_client.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#else
#include <asio/strand.hpp>
#include <asio/use_future.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

namespace {

/// A handler that is large, over-aligned and move-only (faults 76).
struct alignas(alignof(std::max_align_t)) huge_handler {
    std::unique_ptr<int> owned = std::make_unique<int>(1);
    char bytes[10'000]{};
    recorder note;
    explicit huge_handler(completion& to) : note(to) {}
    void operator()(error_code ec, std::string_view text) { note(ec, text); }
};

/// A strand is the handler's executor; with an allocator that counts.
struct strand_handler {
    using executor_type = net::strand<net::io_context::executor_type>;
    using allocator_type = pool_allocator<char>;
    executor_type executor;
    memory_pool::account* account;
    int* calls;
    executor_type get_executor() const noexcept { return executor; }
    allocator_type get_allocator() const noexcept { return allocator_type(*account); }
    template <class... Arguments> void operator()(error_code, const Arguments&...) const {
        ++*calls;
        CHECK(executor.running_in_this_thread());
    }
};

}  // namespace

TEST_CASE("faults 76: a handler may be huge and move-only") {
    connected_client one;
    completion received;
    one.client.async_receive_exactly(4, huge_handler(received));
    one.net.run();
    CHECK(received == completed(success, "text"));
}

TEST_CASE(
    "faults 78, 85: a handler on a strand runs there, its memory its own allocator's, for every operation") {
    connected_client one("abcdefghij\n");
    memory_pool pool;
    memory_pool::account account{&pool};
    int calls = 0;
    const strand_handler handler{net::make_strand(one.net.get_executor()), &account, &calls};
    client_type& client = one.client;
    std::string buffer(3, ' ');
    client.async_receive_some(handler);
    one.net.run();
    client.async_receive_exactly(2, handler);
    one.net.run();
    client.async_send(std::string("abc"), handler);
    one.net.run();
    client.async_write_some(net::buffer(buffer), handler);
    one.net.run();
    client.async_drain(handler);
    one.net.run();
    client.async_shutdown_send(handler);
    one.net.run();
    client.async_connect(initiation_server, handler);  // refused, on the strand as well
    one.net.run();
    client.cancel();
    one.net.run();
    client.async_close(handler);
    one.net.run_for(std::chrono::seconds(20));
    CHECK(calls == 8);
    CHECK(account.live == 0);
    CHECK(account.total >= 8);
    CHECK(pool.is_untouched());
}

TEST_CASE("a future is fulfilled by the run of the client's context") {
    connected_client one;
    std::future<std::size_t> done = one.client.async_send(std::string("abc"), net::use_future);
    one.net.run();
    CHECK(done.get() == 3);
}

}  // namespace uplink::tests
