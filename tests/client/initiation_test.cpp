// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// An initiation holds the core and not the client, so it can be called later, after the client has moved or gone, and
// more than once; a handler's executor and allocator are its own (faults 76, 78, 85).

#include <uplink/detail/client/initiation.hpp>

#include "support/connected.hpp"
#include "support/later_token.hpp"

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

using testing::network;

namespace {

const auto initiation_server = testing::detail::parse_endpoint(server_address);

struct connected_client {
    network net;
    client_type client{net.get_executor()};
    explicit connected_client(const std::string& reply = "text") {
        net.endpoint(initiation_server).accept().reply(reply).deaf();
        client.async_connect(initiation_server, [](error_code, auto) {});
        net.run();
    }
};

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

TEST_CASE("an initiation may be called later and more than once, after the client has moved") {
    connected_client one("text text");
    const auto send = one.client.async_send(std::string("twice "), later_token());
    const auto receive = one.client.async_receive_exactly(4, later_token());
    client_type moved = std::move(one.client);
    for (const char* const expected : {"text", " tex"}) {
        completion sent, received;
        send(record(sent));
        receive(record(received));
        one.net.run();
        CHECK(sent == completed(success, 6));
        CHECK(received == completed(success, expected));
    }
    CHECK(one.net.attempts().back().received == "twice twice ");
}

TEST_CASE("an initiation that is called after the client has gone finds it closed") {
    connected_client one;
    const auto receive = one.client.async_receive(later_token());
    { const client_type gone = std::move(one.client); }
    completion received;
    receive(record(received));
    one.net.run();
    CHECK(received == completed(net::error::not_connected));
}

TEST_CASE("a connect that is started after its client has gone is aborted, and makes no attempt") {
    connected_client one;
    const std::size_t attempts = one.net.attempts().size();
    client_type fresh(one.net.get_executor());
    const auto from_fresh = fresh.async_connect(initiation_server, later_token());
    const auto by_name = fresh.async_connect("server.test", "80", later_token());
    const auto from_connected = one.client.async_connect(initiation_server, later_token());
    { const client_type gone = std::move(fresh); }
    { const client_type gone = std::move(one.client); }
    completion fresh_connect, named_connect, second_connect;
    from_fresh(record(fresh_connect));
    by_name(record(named_connect));
    from_connected(record(second_connect));
    for (const completion* each : {&fresh_connect, &named_connect, &second_connect}) CHECK_FALSE(*each);
    one.net.run();
    for (const completion* each : {&fresh_connect, &named_connect, &second_connect})
        CHECK(*each == completed(aborted));
    CHECK(one.net.attempts().size() == attempts);
    CHECK(one.net.lookups().empty());
    CHECK(one.net.open_sockets() == 0);
}

TEST_CASE("an initiation tells the client's executor") {
    using core_type = detail::client_core<testing::socket, received_bytes>;
    using initiation = detail::initiation<core_type, void (*)()>;
    static_assert(std::is_same_v<initiation::executor_type, client_type::executor_type>);
    testing::network net;
    const auto core = std::make_shared<core_type>(net.get_executor(), detail::no_layer_options{},
                                                  client_options{}, received_bytes{});
    CHECK(initiation(core, nullptr).get_executor() == net.get_executor());
}

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
