// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// operator new fails once, at each allocation of a conversation in turn: every operation that was started is
// told once, what threw has changed nothing, and the client goes on.
#include "support/client_test.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/bind_allocator.hpp>
#else
#include <asio/bind_allocator.hpp>
#endif

#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

namespace uplink::tests {

namespace {

constexpr std::size_t never = static_cast<std::size_t>(-1);
thread_local std::size_t allocations_before = never;  ///< the one that fails
thread_local std::size_t smallest = 0;                ///< bytes; smaller ones don't count, and succeed
thread_local bool one_has_failed = false;

void* allocate(std::size_t size) noexcept {
    if (allocations_before != never && size >= smallest && allocations_before-- == 0) {
        one_has_failed = true;
        return nullptr;
    }
    return std::malloc(size == 0 ? 1 : size);
}

/// While it lives the nth allocation of that many bytes or more fails that this thread makes with operator new;
/// the first is number 0.
class failing_new {
public:
    explicit failing_new(std::size_t nth, std::size_t bytes = 0) noexcept {
        one_has_failed = false;
        allocations_before = nth;
        smallest = bytes;
    }
    failing_new(const failing_new&) = delete;
    failing_new& operator=(const failing_new&) = delete;
    ~failing_new() { allocations_before = never; }
};

/// Of a handler whose operation's memory never fails.
template <class T> struct own_memory {
    using value_type = T;
    own_memory() = default;
    template <class U> own_memory(const own_memory<U>&) noexcept {}
    T* allocate(std::size_t count) { return static_cast<T*>(std::malloc(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t) noexcept { std::free(memory); }
    bool operator==(const own_memory&) const noexcept = default;
};

}  // namespace

}  // namespace uplink::tests

#include "support/replaced_new.hpp"

namespace uplink::tests {

TEST_CASE_METHOD(client_test, "faults 84: no memory for any one allocation of a conversation", "[send]") {
    const std::string bytes = many_bytes(2 << 20);
    std::size_t nth = 0;
    for (one_has_failed = true; one_has_failed; ++nth) {
        INFO("allocation " << nth);
        loopback_server server({server_script().expect_anything_until_eof().reply("abc").close(),
                                server_script().expect_anything_until_eof().reply("abc").close()});
        async_client client{io};
        connect(client, server);
        std::array<completion, 3> results;
        auto& [received, sent, behind] = results;
        std::array<bool, 3> started{};
        completion ended;
        {
            const failing_new memory(nth);
            const auto start = [&started](std::size_t which, auto initiate) {
                try {
                    initiate();
                    started[which] = true;
                } catch (const std::bad_alloc&) {
                }
            };
            start(0, [&] { client.async_receive(record(received)); });
            start(1, [&] { client.async_send(net::buffer(bytes), record(sent)); });
            start(2, [&] { client.async_send(std::string("behind"), record(behind)); });
            if (started[1]) run_until(sent);
        }
        client.async_shutdown_send(record(ended));
        run();
        for (std::size_t i = 0; i != 3; ++i) {
            // Asio's own allocations can fail an operation later, and all of that connection with it.
            const bool may_have_failed = one_has_failed && results[i].ec;
            if (started[i]) {
                CHECK(results[i] == completed(may_have_failed ? error_code(net::error::no_memory) : success));
            } else {
                CHECK_FALSE(results[i]);
            }
        }
        CHECK(ended == completed(sent.ec));
        if (!one_has_failed) CHECK(started == std::array{true, true, true});
        client.close();
        connect(client, server);
        completion exchanged;
        client.async_exchange(std::string("again"), half_close, record(exchanged));
        run();
        CHECK(exchanged == completed(success));
    }
    CHECK(nth > 1);  // one has failed, at least; what Asio needs is not always from operator new
}

TEST_CASE_METHOD(client_test, "faults 84: a send whose queue finds no memory throws, and has changed nothing",
                 "[send]") {
    const std::string bytes = many_bytes(2 << 20);
    int thrown = 0;
    one_has_failed = true;
    for (std::size_t nth = 0; one_has_failed; ++nth) {
        INFO("allocation " << nth);
        loopback_server server({server_script().expect_anything_until_eof().close()});
        async_client client{io};
        connect(client, server);
        completion sent, again;
        bool has_thrown = false;
        {
            const failing_new memory(nth);
            try {
                client.async_send(net::buffer(bytes), net::bind_allocator(own_memory<char>(), record(sent)));
            } catch (const std::bad_alloc&) {
                has_thrown = true;
            }
        }
        if (has_thrown) {
            ++thrown;
            CHECK(client.stats().bytes_sent == 0);
            CHECK(client.send_queue_bytes() == 0);
            client.async_send(net::buffer(bytes), record(again));
            run_until(again);
            CHECK(again == completed(success));
        }
        client.close();
        run();
        if (has_thrown) CHECK_FALSE(sent);
        else CHECK(sent.calls == 1);
    }
    CHECK(thrown > 0);
}

// Of those that are not the strand's, which are small: Asio ends the program where a strand finds no memory.
TEST_CASE_METHOD(client_test, "faults 84: no memory for any one large allocation of a whole exchange",
                 "[exchange]") {
    constexpr std::size_t large = 128;  // bytes
    const std::string bytes = many_bytes(2 << 20);
    int failures = 0;
    one_has_failed = true;
    for (std::size_t nth = 0; one_has_failed; ++nth) {
        INFO("allocation " << nth);
        loopback_server server({server_script().expect_anything_until_eof().reply("abc").close()});
        completion exchanged;
        async_exchange(io, server.host(), server.service(), bytes, half_close, record(exchanged));
        {
            const failing_new memory(nth, large);
            run_until(exchanged);
        }
        run();
        if (one_has_failed && exchanged.ec) {
            ++failures;
            CHECK(exchanged == completed(net::error::no_memory));
        } else {
            CHECK(exchanged == completed(success, "abc"));
        }
    }
    CHECK(failures > 0);
}

}  // namespace uplink::tests
