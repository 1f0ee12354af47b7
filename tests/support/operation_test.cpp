// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A pending operation's handler: its slot and its memory, whichever way it ends (promises 1, 5, 6, 15).

#include <uplink/detail/support/operation.hpp>

#include "support/scripted_stream.hpp"

#include <algorithm>
#include <cstddef>

#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <utility>

namespace uplink::tests {

namespace {

struct moved_once_too_often {};

/// What the handlers of a test took and gave back.
struct memory_account {
    std::size_t taken = 0;
    std::size_t live = 0;
};
template <class T> struct counted_memory {
    using value_type = T;

    explicit counted_memory(memory_account& to) noexcept : account(&to) {}
    template <class U> counted_memory(const counted_memory<U>& other) noexcept : account(other.account) {}
    T* allocate(std::size_t count) {
        ++account->taken;
        ++account->live;
        return std::allocator<T>().allocate(count);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        --account->live;
        std::allocator<T>().deallocate(memory, count);
    }
    template <class U> bool operator==(const counted_memory<U>& other) const noexcept {
        return account == other.account;
    }
    memory_account* account;
};

/// Throws when it is moved or copied for the nth time.
struct throwing_handler {
    using allocator_type = counted_memory<char>;

    memory_account* account;
    int* moves_left;
    int* calls;

    throwing_handler(memory_account& to, int& moves, int& called)
        : account(&to), moves_left(&moves), calls(&called) {}
    throwing_handler(const throwing_handler& other)
        : account(other.account), moves_left(other.moves_left), calls(other.calls) {
        if ((*moves_left)-- == 0) throw moved_once_too_often();
    }
    allocator_type get_allocator() const noexcept { return allocator_type(*account); }
    template <class... Values> void operator()(Values&&...) const { ++*calls; }
};

/// Starts one of each operation.
template <class Client, class Handler> void start_one(int which, Client& client, Handler handler) {
    static std::string buffer(3, ' ');
    if (which == 0) client.async_receive(std::move(handler));
    if (which == 1) client.async_receive_until("\n", std::move(handler));
    if (which == 2) client.async_read_some(net::buffer(buffer), std::move(handler));
    if (which == 3) client.async_send(std::string("behind"), std::move(handler));
    if (which == 4) client.async_shutdown_send(std::move(handler));
    if (which == 5) client.async_drain(std::move(handler));
    if (which == 6) client.async_exchange(std::string("x"), std::move(handler));
    if (which == 7) client.async_close(std::move(handler));
}
constexpr int one_of_each = 8;

/// A client of which no operation ends by itself.
struct stuck_client : scripted_client<> {
    stuck_client() : scripted_client({.send_queue = {.low_water = 0}}) {
        connect();
        client.async_send(std::string("stuck"), [](error_code, std::size_t) {});
    }
};

}  // namespace

TEST_CASE("an operation whose handler throws when it is moved frees its memory, and nothing has changed") {
    for (int which = 0; which != one_of_each; ++which) {
        int after_taking = 0;
        bool is_started = false;
        for (int moves = 0; !is_started; ++moves) {
            CAPTURE(which, moves);
            memory_account account;
            int moves_left = moves;
            int calls = 0;
            stuck_client talk;
            const std::size_t queued = talk.client.send_queue_bytes();
            try {
                start_one(which, talk.client, throwing_handler(account, moves_left, calls));
                is_started = true;
            } catch (const moved_once_too_often&) {
                if (account.taken != 0) ++after_taking;
                CHECK(account.live == 0);
                CHECK(talk.client.send_queue_bytes() == queued);
                CHECK_NOTHROW(talk.client.take_state());  // no receive is pending
                CHECK(talk.client.is_open());
            }
            moves_left = 1000;
            talk.client.close();
            talk.run();
            CHECK(calls == (is_started ? 1 : 0));
            CHECK(account.live == 0);
        }
        CHECK(after_taking != 0);
    }
}

TEST_CASE("the slot is free when the handler is called") {
    for (int which = 0; which != one_of_each; ++which) {
        CAPTURE(which);
        net::cancellation_signal signal;
        bool was_free = false;
        int calls = 0;
        stuck_client talk;
        start_one(which, talk.client, with_slot(signal, [&](auto&&...) {
                      ++calls;
                      was_free = !signal.slot().has_handler();
                  }));
        CHECK(signal.slot().has_handler());
        talk.client.close();
        talk.run();
        CHECK(calls == 1);
        CHECK(was_free);
    }
}

TEST_CASE("the slot of an operation that is abandoned with its context is free") {
    for (int which = 0; which != one_of_each; ++which) {
        CAPTURE(which);
        net::cancellation_signal signal;
        auto stays = std::make_shared<int>();
        bool called = false;
        std::optional<testing::network> network(std::in_place);
        const auto scripts = std::make_shared<stream_scripts>();
        scripted_client<>::client_type client(network->get_executor(), scripts,
                                              {.send_queue = {.low_water = 0}});
        const net::ip::tcp::endpoint server(net::ip::make_address("192.0.2.1"), 80);
        network->endpoint(server).accept().silent();
        client.async_connect(server, [](error_code, auto) {});
        network->run();
        client.async_send(std::string("stuck"), [](error_code, std::size_t) {});
        start_one(which, client, with_slot(signal, [&called, stays](auto&&...) { called = true; }));
        REQUIRE(signal.slot().has_handler());
        network.reset();
        CHECK_FALSE(called);
        CHECK(stays.use_count() == 1);
        CHECK_FALSE(signal.slot().has_handler());
        signal.emit(net::cancellation_type::terminal);
        for (const auto& each : scripts->all) each->drop();
    }
}

TEST_CASE("the memory of a handler serves what the operation needs besides, of any size") {
    memory_account account;
    {
        detail::allocator_resource<counted_memory<char>> resource{counted_memory<char>(account)};
        for (const std::size_t size : {1u, 15u, 16u, 17u, 31u, 100u, 4097u}) {
            auto* memory = static_cast<char*>(resource.allocate(size));
            std::fill_n(memory, size, 'x');  // the sanitizers see where this goes
            CHECK(account.live == 1);
            resource.deallocate(memory, size);
        }
        CHECK_THROWS_AS(resource.allocate(1, 2 * alignof(std::max_align_t)), std::bad_alloc);
        CHECK(resource.is_equal(resource));
        const detail::allocator_resource<counted_memory<char>> other{counted_memory<char>(account)};
        CHECK_FALSE(resource.is_equal(other));
    }
    CHECK(account.live == 0);
}

}  // namespace uplink::tests
